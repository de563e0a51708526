a = [1, 2]
b = (3, 4)
print([*a, *b], (*a, 0), {*a, *b} == {1, 2, 3, 4})
print({**{"x": 1}, "y": 2, **{"x": 3}})
print(*a, *b, sep="-")
def pair():
    return *a, 9
print(pair())
