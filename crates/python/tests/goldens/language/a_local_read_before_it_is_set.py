count = 1


def wrong():
    print(count)
    count = 2


try:
    wrong()
except UnboundLocalError as error:
    print(type(error).__name__, error)


def outer():
    def inner():
        return late

    try:
        inner()
    except NameError as error:
        print(type(error).__name__, error)
    late = 1
    print(inner())


outer()
