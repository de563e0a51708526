def f():
    for i in range(3):
        last = i
    return i, last


print(f())


def g(values):
    for v in values:
        pass
    return v


try:
    g([])
except UnboundLocalError as error:
    print(error)
