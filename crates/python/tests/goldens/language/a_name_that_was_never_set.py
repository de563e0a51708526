try:
    print(undefined_thing)
except NameError as error:
    print(type(error).__name__, error)


def function():
    return also_undefined


try:
    function()
except NameError as error:
    print(error)
