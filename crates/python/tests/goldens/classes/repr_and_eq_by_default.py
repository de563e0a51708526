class Thing:
    pass


a, b = Thing(), Thing()
print(a == a, a == b, a != b, a is a, hash(a) == hash(a), len({a, b, a}))
try:
    a < b
except TypeError as error:
    print(error)
try:
    a + b
except TypeError as error:
    print(error)
try:
    a[0]
except TypeError as error:
    print(error)
try:
    len(a)
except TypeError as error:
    print(error)
try:
    iter(a)
except TypeError as error:
    print(error)
try:
    Thing[0]
except TypeError as error:
    print(error)
