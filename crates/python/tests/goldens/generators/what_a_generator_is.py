def g():
    yield


print(type(g()).__name__, g().__name__, iter(x := g()) is x, type(g).__name__, type(x for x in []).__name__)
try:
    len(g())
except TypeError as error:
    print(error)
try:
    g()()
except TypeError as error:
    print(error)
