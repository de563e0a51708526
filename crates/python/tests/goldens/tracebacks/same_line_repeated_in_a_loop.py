def fail(n):
    for i in range(n):
        if i == n - 1:
            fail(n - 1)
    raise KeyError(n)


fail(3)
