a, b = 1, 2
a, b = b, a
print(a, b)
(x, y), z = (1, 2), 3
print(x, y, z)
[p, q] = "ab"
print(p, q)
for number, (name, age) in enumerate([("Ann", 30), ("Bo", 41)]):
    print(number, name, age)
