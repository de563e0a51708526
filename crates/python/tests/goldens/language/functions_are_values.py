def apply(function, *args):
    return function(*args)


print(apply(max, 3, 9, 4))
print(apply(lambda a, b: a - b, 9, 4))
table = {"up": str.upper, "low": str.lower}
for name in sorted(table):
    print(name, table[name]("MiXed"))


def named():
    """What it is for."""


print(named.__name__, named.__doc__)
