first, *rest = [1, 2, 3]
print(first, rest)
*start, last = "abc"
print(start, last)
a, *middle, z = range(5)
print(a, middle, z)
one, *none = [1]
print(one, none)
