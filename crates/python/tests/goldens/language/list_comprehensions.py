print([x * x for x in range(5)])
print([x for x in range(20) if x % 3 == 0 if x % 2 == 0])
print([(a, b) for a in "ab" for b in (1, 2)])
print([[i * j for j in range(3)] for i in range(3)])
print([x if x > 2 else -x for x in range(5)])
rows = [[1, 2], [3], []]
print([cell for row in rows for cell in row])
