def count():
    print("started")
    yield 1
    print("between")
    yield 2
    print("ended")


g = count()
print("made")
print(next(g))
print(next(g))
try:
    next(g)
except StopIteration as error:
    print("StopIteration", error.value)
print(list(g))
