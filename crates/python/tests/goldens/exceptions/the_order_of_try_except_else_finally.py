def attempt(what):
    try:
        print("try")
        if what:
            raise what
    except ValueError as error:
        print("except", error)
    else:
        print("else")
    finally:
        print("finally")
    print("after")


attempt(None)
attempt(ValueError("bad"))
try:
    attempt(KeyError("other"))
except KeyError as error:
    print("let through", error)
