class Shelf:
    def __init__(self):
        self.books = {}

    def __len__(self):
        return len(self.books)

    def __getitem__(self, key):
        print("get", key)
        return self.books[key]

    def __setitem__(self, key, value):
        print("set", key)
        self.books[key] = value

    def __delitem__(self, key):
        print("del", key)
        del self.books[key]

    def __contains__(self, key):
        return key in self.books

    def __iter__(self):
        return iter(sorted(self.books))


s = Shelf()
s["b"] = 1
s["a"] = 2
s["a"] += 5
print(s["a"], len(s), "a" in s, "z" in s, list(s))
del s["b"]
print(len(s), bool(s), bool(Shelf()))
try:
    s["z"]
except KeyError as error:
    print("KeyError", error)
