class Resource:
    def __enter__(self):
        print("acquire")
        return self

    def __exit__(self, *what):
        print("release", what[0].__name__ if what[0] else None)


def lines():
    with Resource():
        yield "a"
        yield "b"


print(list(lines()))
g = lines()
next(g)
g.close()
try:
    g = lines()
    next(g)
    g.throw(KeyError)
except KeyError:
    print("out")
