calls = [
    lambda: len(),
    lambda: len(1, 2),
    lambda: ord(),
    lambda: int("1", base=10, other=1),
    lambda: abs(),
    lambda: isinstance(1),
    lambda: sorted(),
    lambda: [].append(),
    lambda: [].append(1, 2),
    lambda: "a".upper(1),
    lambda: {}.get(),
    lambda: "a".join(),
    lambda: "a".split(1),
    lambda: "-".join([1]),
    lambda: "-".join(5),
    lambda: chr(),
    lambda: input(1, 2),
    lambda: enumerate(),
    lambda: [].pop("a"),
]
for call in calls:
    try:
        print("fine", call())
    except TypeError as error:
        print(error)
