def two(a, b):
    return a, b


def keys(a, *, k, m):
    return a, k, m


def attempt(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


attempt(lambda: two())
attempt(lambda: two(1))
attempt(lambda: two(1, 2, 3))
attempt(lambda: two(1, a=1))
attempt(lambda: two(1, c=1))
attempt(lambda: two(b=1))
attempt(lambda: keys())
attempt(lambda: keys(1))
attempt(lambda: keys(1, k=2))
attempt(lambda: keys(1, 2, k=2, m=3))
attempt(lambda: two(*[1], **{"b": 2}))
attempt(lambda: two(*5))
attempt(lambda: two(**{"a": 1}, a=2))
