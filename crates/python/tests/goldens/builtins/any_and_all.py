print(any([]), all([]), any([0, 1]), all([1, 0]))
print(any(n > 2 for n in range(5)), all(n > 2 for n in range(5)))


def told(n):
    print("asked", n)
    return n


print(any(told(n) for n in (0, 1, 2)))
print(all(told(n) for n in (1, 0, 2)))
