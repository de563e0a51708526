def check(n):
    assert n > 0, f"{n} is not positive"
    return n


check(1)
check(-1)
