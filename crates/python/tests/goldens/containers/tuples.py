t = (1, "a", [2])
print(t, t[0], t[-1], t[1:], len(t), t + (3,), t * 2, (1,), (), t.count(1), t.index("a"))
t[2].append(3)
print(t, (1, 2) < (1, 3), (1, 2) == (1, 2), hash((1, 2)) == hash((1, 2)))
for attempt in (lambda: t[9], lambda: t.index("z"), lambda: t["a"]):
    try:
        attempt()
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    t[0] = 5
except TypeError as error:
    print(error)
try:
    t[2] += [4]
except TypeError as error:
    print(error, t)
try:
    del t[0]
except TypeError as error:
    print(error)
