def collect(item, into=[]):
    into.append(item)
    return into


print(collect(1))
print(collect(2))
print(collect(3, []))
print(collect(4))
x = 5


def later(y=x):
    return y


x = 6
print(later())
