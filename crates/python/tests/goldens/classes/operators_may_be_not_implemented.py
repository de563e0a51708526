class Money:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.n + other.n)

    def __radd__(self, other):
        if other == 0:
            return self
        return NotImplemented

    def __lt__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return self.n < other.n

    def __repr__(self):
        return f"Money({self.n})"


print(sum([Money(1), Money(2)]), Money(1) < Money(2), Money(1) > Money(2), sorted([Money(3), Money(1)]))
for attempt in (lambda: Money(1) + 5, lambda: 5 + Money(1), lambda: Money(1) < 5, lambda: Money(1) <= Money(2), lambda: Money(1) - Money(2), lambda: -Money(1)):
    try:
        attempt()
    except TypeError as error:
        print(error)
