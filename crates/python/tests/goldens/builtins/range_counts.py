print(list(range(5)), list(range(2, 5)), list(range(10, 0, -3)), list(range(0)))
r = range(0, 20, 5)
print(r, len(r), r[1], r[-1], 15 in r, 16 in r, r.index(10))
print(r[1:], r == range(0, 16, 5), r.start, r.stop, r.step)
for bad in ((0, 5, 0), (1.5,), ("3",), ()):
    try:
        print(range(*bad))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
try:
    r[10]
except IndexError as error:
    print(error)
