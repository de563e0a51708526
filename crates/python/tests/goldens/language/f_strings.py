name = "Ann"
n = 7
print(f"{name} has {n} items, {n * 2} soon")
print(f"{name!r} {name!s:>6} {name!a}")
print(f"{n:04d}|{n:>5}|{n:<5}|{n:^5}|")
print(f"{{literal}} {'nested ' + name}")
width = 10
print(f"{name:*^{width}}|{3.14159:.{2}f}")
print(f"{n=} {n + 1 = } {name=!s}")
print(f"{[x for x in range(3)]} { {'a': 1}['a'] }")
print(f"a" "b" f"{n}")
