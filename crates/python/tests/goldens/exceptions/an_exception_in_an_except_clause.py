def clean():
    try:
        raise ValueError("first")
    except ValueError:
        try:
            raise KeyError("second")
        except KeyError as error:
            print(repr(error), repr(error.__context__))
        raise


try:
    clean()
except ValueError as error:
    print(repr(error), error.__context__)
