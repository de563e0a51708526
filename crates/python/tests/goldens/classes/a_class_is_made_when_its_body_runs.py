class Noisy:
    print("body runs")
    squares = [n * n for n in range(4)]
    total = 0
    for s in squares:
        total += s

    def method(self):
        return self.total

    alias = method


print(Noisy.total, Noisy().alias(), Noisy.squares)


def make(n):
    class Local:
        value = n

    return Local


print(make(1).value, make(2).value, make(1) is make(1), make(3).__qualname__)
