pairs = [("fruit", "apple"), ("root", "carrot"), ("fruit", "pear")]
groups = {}
for kind, name in pairs:
    groups.setdefault(kind, []).append(name)
print(groups)
inverse = {name: kind for kind, names in groups.items() for name in names}
print(inverse)
print(sorted(groups.items(), key=lambda item: -len(item[1])))
