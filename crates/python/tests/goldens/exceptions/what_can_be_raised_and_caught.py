for thing in (5, "text", None, int, object()):
    try:
        raise thing
    except TypeError as error:
        print(error)
try:
    try:
        raise ValueError("v")
    except "text":
        pass
except TypeError as error:
    print(error)
try:
    raise ValueError("v") from 5
except TypeError as error:
    print(error)
