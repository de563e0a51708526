class Box:
    pass


box = Box()
values = [0, 0, 0]
table = {}
box.a, values[0], table["k"], (x, *y) = 1, 2, 3, [4, 5, 6]
print(box.a, values, table, x, y)
values[1:] = box.b = [7, 8]
print(values, box.b)
for values[0] in range(3):
    pass
print(values)
for box.a, table["n"] in [(1, 2), (3, 4)]:
    pass
print(box.a, table)
