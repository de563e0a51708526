def check(values):
    for v in values:
        if v > 2:
            return True
    while values.pop() < "a":
        pass


check([1, 2])
