class Wrong:
    def __init__(self):
        return 5


try:
    Wrong()
except TypeError as error:
    print(error)


class Needs:
    def __init__(self, a, b=2):
        pass


for arguments in ((), (1, 2, 3)):
    try:
        Needs(*arguments)
    except TypeError as error:
        print(error)


class NoInit:
    pass


try:
    NoInit(1)
except TypeError as error:
    print(error)
