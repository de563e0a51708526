table = {"a": 1, 2: "b"}
for key in ("z", 5, None, (1, 2), "it's"):
    try:
        table[key]
    except KeyError as error:
        print(error, repr(error), error.args)
for attempt in (lambda: table.pop("z"), lambda: {}.popitem(), lambda: table[[1]], lambda: {[]: 1}, lambda: table.get([])):
    try:
        attempt()
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
