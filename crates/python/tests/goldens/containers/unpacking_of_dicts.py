d = {"a": 1, "b": 2}
first, second = d
print(first, second)
(k, v), *rest = d.items()
print(k, v, rest)
print([*d], {*d} == {"a", "b"}, dict(**d, c=3))


def f(a, b):
    return a - b


print(f(**d))
try:
    f(**{"a": 1, "c": 2})
except TypeError as error:
    print(error)
try:
    dict(**{1: 2})
except TypeError as error:
    print(error)
