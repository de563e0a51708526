x = "outside"
print([x for x in range(3)], x)
print(sum(x for x in range(4)), x)


def inside():
    factor = 3
    return [factor * n for n in range(3)]


print(inside())
