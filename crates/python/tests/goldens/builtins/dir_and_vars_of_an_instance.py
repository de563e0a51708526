class Thing:
    kind = "thing"

    def __init__(self):
        self.b = 1
        self.a = 2

    def method(self):
        pass


thing = Thing()
print(vars(thing), thing.__dict__)
print([name for name in dir(thing) if not name.startswith("_")])
