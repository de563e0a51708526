class Version:
    def __init__(self, text):
        self.parts = tuple(int(p) for p in text.split("."))

    def __eq__(self, other):
        return self.parts == other.parts

    def __lt__(self, other):
        return self.parts < other.parts

    def __le__(self, other):
        return self.parts <= other.parts

    def __hash__(self):
        return hash(self.parts)


a, b = Version("1.10"), Version("1.9")
print(a > b, a >= b, a == Version("1.10"), a != b, max([b, a]) is a, len({a, Version("1.10"), b}))
