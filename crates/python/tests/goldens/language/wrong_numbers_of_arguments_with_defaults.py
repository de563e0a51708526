def some(a, b=1, c=2):
    return a + b + c


def none():
    return None


def attempt(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


attempt(lambda: some())
attempt(lambda: some(1, 2, 3, 4))
attempt(lambda: none(1))
attempt(lambda: none(x=1))
attempt(lambda: some(1, d=2))
