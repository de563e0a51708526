double = lambda x: x * 2
print(double(4), (lambda: 7)())
print(sorted(["bb", "a", "ccc"], key=lambda s: -len(s)))
add = lambda x, y=10, *z: (x + y, z)
print(add(1), add(1, 2, 3))
print(double.__name__)
