def work():
    yield 1
    return "done"


g = work()
print(next(g))
try:
    next(g)
except StopIteration as error:
    print(repr(error), error.value)


def outer():
    result = yield from work()
    print("got", result)
    yield 2


print(list(outer()))
