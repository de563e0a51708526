class Door:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("open", self.name)
        return self

    def __exit__(self, kind, value, traceback):
        print("close", self.name, kind.__name__ if kind else None, value)


with Door("one") as door:
    print("inside", door.name)
with Door("a"), Door("b") as b:
    print("both", b.name)
try:
    with Door("two"):
        raise ValueError("inside")
except ValueError as error:
    print("out:", error)
