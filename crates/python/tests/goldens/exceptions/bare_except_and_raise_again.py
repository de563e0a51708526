def outer():
    try:
        inner()
    except:
        print("seen")
        raise


def inner():
    raise KeyError("deep")


try:
    outer()
except KeyError as error:
    print("again", error)
try:
    raise
except RuntimeError as error:
    print(error)
