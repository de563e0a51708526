class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n + 1


print(list(Countdown(3)), sum(Countdown(4)), max(Countdown(2)))
c = Countdown(2)
print(next(c), next(c), next(c, "end"))
first, *rest = Countdown(4)
print(first, rest)
