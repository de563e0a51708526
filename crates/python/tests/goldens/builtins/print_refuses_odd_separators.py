for bad in (dict(sep=1), dict(end=2), dict(color="red")):
    try:
        print("a", "b", **bad)
    except TypeError as error:
        print(error)
