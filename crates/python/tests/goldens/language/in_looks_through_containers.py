print(2 in [1, 2], 2 not in [1, 2])
print("b" in "abc", "bc" in "abc", "" in "abc", "x" in "abc")
print("k" in {"k": 1}, 1 in {"k": 1})
print(3 in range(0, 10, 3), 4 in range(0, 10, 3))
print(98 in b"abc", b"bc" in b"abc")
try:
    print(1 in "abc")
except TypeError as error:
    print(error)
try:
    print(1 in 5)
except TypeError as error:
    print(error)
