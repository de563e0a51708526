words = ["pear", "Fig", "apple", "kiwi"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len, reverse=True))
print(sorted("hello"), sorted({3, 1, 2}), sorted({"b": 1, "a": 2}))
print(sorted([(2, "b"), (1, "z"), (2, "a")]))
print(words)
try:
    sorted([1, "a"])
except TypeError as error:
    print(error)
try:
    sorted([{}, {}])
except TypeError as error:
    print(error)
