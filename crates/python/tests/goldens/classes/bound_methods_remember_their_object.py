class Counter:
    def __init__(self):
        self.n = 0

    def up(self):
        self.n += 1
        return self.n


c = Counter()
up = c.up
print(up(), up(), c.n, up.__self__ is c, up.__name__, c.up == c.up)
print(list(map(Counter().__class__.up, [c])))
