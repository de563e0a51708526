print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate("ab", start=1)))
print(list(zip("abc", [1, 2])), list(zip()), list(zip("ab")))
print(list(reversed([1, 2, 3])), list(reversed("ab")), list(reversed(range(3))))
try:
    print(list(zip("abc", [1, 2], strict=True)))
except ValueError as error:
    print(error)
try:
    reversed({1, 2})
except TypeError as error:
    print(error)
letters, numbers = zip(*[("a", 1), ("b", 2)])
print(letters, numbers)
