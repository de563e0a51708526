a = [1, 2, 3]
b = a[:]
b[0] = 9
print(a, b)
a[0:2] = [7]
print(a)
a[len(a):] = [8, 9]
print(a)
del a[1:]
print(a, a[5:], a[-1:])
try:
    a[0:1] = 5
except TypeError as error:
    print(error)
try:
    a["x":]
except TypeError as error:
    print(error)
try:
    a[::0]
except ValueError as error:
    print(error)
