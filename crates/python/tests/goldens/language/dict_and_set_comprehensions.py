print({n: n * n for n in range(4)})
print(sorted({c for c in "banana"}))
print({v: k for k, v in {"a": 1, "b": 2}.items()})
print({k: v for k, v in zip("abc", range(3)) if v})
