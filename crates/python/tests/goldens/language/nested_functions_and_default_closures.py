def adder(n):
    def add(x, y=n):
        return x + y

    return add


print([adder(n)(10) for n in range(3)], adder(5)(1, 2))


def counter():
    counts = {}

    def count(word):
        counts[word] = counts.get(word, 0) + 1
        return counts

    return count


c = counter()
c("a")
c("b")
print(c("a"))
