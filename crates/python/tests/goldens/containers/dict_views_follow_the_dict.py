d = {"a": 1}
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items)
d["b"] = 2
print(keys, values, items, len(keys), "b" in keys, 2 in values, ("a", 1) in items)
print(sorted(keys & {"a", "x"}), sorted(keys | {"x"}), keys == {"a", "b"})
