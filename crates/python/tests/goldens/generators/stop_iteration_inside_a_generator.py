def wrong():
    yield 1
    raise StopIteration("odd")


try:
    print(list(wrong()))
except RuntimeError as error:
    print(error, repr(error.__cause__))


def also_wrong(values):
    it = iter(values)
    while True:
        yield next(it)


try:
    print(list(also_wrong([1, 2])))
except RuntimeError as error:
    print(error)
