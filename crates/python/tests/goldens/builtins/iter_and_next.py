it = iter([1, 2])
print(next(it), next(it), next(it, "empty"))
try:
    next(it)
except StopIteration as error:
    print("StopIteration", repr(error))
numbers = iter([3, 2, 1, 0, 5])
print(list(iter(lambda: next(numbers), 0)))
for bad in (lambda: iter(5), lambda: next([1]), lambda: iter(5, 6)):
    try:
        bad()
    except TypeError as error:
        print(error)
