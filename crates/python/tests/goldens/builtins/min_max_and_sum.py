print(min(3, 1, 2), max([3, 1, 2]), min("b", "a"), max("abc"))
print(min([], default="none"), max(["aa", "b"], key=len), max((1, "a"), (1, "b")))
print(sum([1, 2, 3]), sum([0.5, 0.25], 1), sum([[1], [2]], []), sum([]))
for call in (lambda: min([]), lambda: max(), lambda: max(1, "a"), lambda: sum(["a"]), lambda: sum("ab", ""), lambda: max(5)):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
