def fails():
    yield 1
    raise ValueError("inside")


g = fails()
print(next(g))
try:
    next(g)
except ValueError as error:
    print(error)
print(next(g, "over"))
