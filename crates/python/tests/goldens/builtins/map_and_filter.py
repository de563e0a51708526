print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])))
print(list(filter(None, [0, 1, "", "a"])), list(filter(lambda n: n > 1, range(4))))
lazy = map(int, ["1", "x"])
print(next(lazy))
try:
    next(lazy)
except ValueError as error:
    print(error)
