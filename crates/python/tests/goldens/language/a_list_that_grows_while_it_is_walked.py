values = [1, 2, 3]
for v in values:
    if v < 3:
        values.append(v + 10)
print(values)
values = [1, 2, 3, 4]
for v in values:
    values.remove(v)
print(values)
