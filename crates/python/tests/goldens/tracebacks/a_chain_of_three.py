def first():
    raise ValueError("first")


def second():
    try:
        first()
    except ValueError as error:
        raise TypeError("second") from error


def third():
    try:
        second()
    except TypeError:
        raise RuntimeError("third")


third()
