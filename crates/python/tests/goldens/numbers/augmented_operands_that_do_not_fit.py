def attempt(a, b):
    try:
        a += b
        print(a)
    except TypeError as error:
        print(error)
    try:
        a -= b
        print(a)
    except TypeError as error:
        print(error)


attempt(1, "a")
attempt("a", 1)
attempt([1], 5)
attempt([1], "ab")
attempt((1,), [2])
attempt(None, 1)
attempt({1}, {2})
attempt({}, {})
attempt(b"a", "b")
