def values():
    yield 1
    yield int("x")


def total():
    result = 0
    for v in values():
        result += v
    return result


total()
