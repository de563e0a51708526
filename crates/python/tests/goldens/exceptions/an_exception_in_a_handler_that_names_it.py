def failing(text):
    try:
        int(text)
    except ValueError as error:
        raise KeyError(text)


def in_a_while(text):
    n = 0
    while n < 3:
        try:
            try:
                int(text)
            except ValueError as error:
                raise KeyError(text)
        except KeyError as second:
            print(n, repr(second), repr(second.__context__))
        if n:
            print(last)
        last = f"kept {n}"
        n += 1


def in_a_for(texts):
    for text in texts:
        try:
            try:
                int(text)
            except ValueError as error:
                missing(error)
        except NameError as second:
            print(text, second)
    try:
        raise OSError("alone")
    except OSError as third:
        print(third.__context__)


in_a_while("a")
in_a_for(["b", "c"])
for text in ("d", "e"):
    try:
        failing(text)
    except KeyError as error:
        missing(error)
