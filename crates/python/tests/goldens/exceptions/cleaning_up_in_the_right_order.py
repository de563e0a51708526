class Step:
    def __init__(self, name):
        self.name = name

    def __enter__(self):
        print("enter", self.name)

    def __exit__(self, kind, value, traceback):
        print("exit", self.name, kind.__name__ if kind else None)
        if self.name == "b" and kind:
            raise KeyError("from exit") from value


try:
    with Step("a"):
        with Step("b"):
            raise ValueError("inside")
except KeyError as error:
    print(repr(error), repr(error.__cause__))
