def a(n):
    return b(n)


def b(n):
    values = [1, 2]
    return values[n]


print(a(1))
print(a(5))
