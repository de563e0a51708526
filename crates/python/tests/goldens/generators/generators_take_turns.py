def task(name, rounds):
    for i in range(rounds):
        print(name, i)
        yield
    print(name, "is done")


ready = [task("a", 2), task("b", 1), task("c", 3)]
while ready:
    current = ready.pop(0)
    try:
        next(current)
        ready.append(current)
    except StopIteration:
        pass
