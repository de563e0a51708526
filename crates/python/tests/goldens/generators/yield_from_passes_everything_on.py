def inner():
    try:
        got = yield "first"
        print("inner got", got)
        yield "second"
    except KeyError as error:
        print("inner caught", error)
        yield "after"
    return "result"


def outer():
    result = yield from inner()
    print("result", result)
    yield from "ab"
    yield from [1, 2]


o = outer()
print(next(o), o.send("hello"), o.throw(KeyError("k")))
print(list(o))
