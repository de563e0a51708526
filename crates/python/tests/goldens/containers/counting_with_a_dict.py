counts = {}
for c in "mississippi":
    counts[c] = counts.get(c, 0) + 1
print(counts)
for c in sorted(counts, key=lambda c: (-counts[c], c)):
    print(c, counts[c])
