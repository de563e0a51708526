a = {1, 2, 3}
b = {3, 4}
print(sorted(a | b), a & b, sorted(a - b), sorted(a ^ b), a <= {1, 2, 3, 4}, a < a, a.isdisjoint({9}), {3} in [a & b])
a.add(9)
a.discard(1)
a.discard(100)
a.remove(2)
print(sorted(a), len(a), 9 in a, set(), {1} == {1.0})
a.update([5], (6,))
print(sorted(a), sorted(a.union([7])), a.intersection({5}), a.issuperset({5, 6}), sorted(a.difference([5, 6])), sorted(a.symmetric_difference({5, 1})))
for attempt in (lambda: a.remove(100), lambda: {[]}, lambda: set().pop(), lambda: a | [1], lambda: a[0], lambda: a.add({})):
    try:
        attempt()
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
