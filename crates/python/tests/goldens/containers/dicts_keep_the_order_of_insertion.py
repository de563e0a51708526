d = {"z": 1, "a": 2}
d["m"] = 3
d["z"] = 9
print(d)
del d["a"]
d["a"] = 4
print(d, list(reversed(d)))
for key, value in d.items():
    print(key, value)
