class Five:
    def __int__(self):
        return 5

    def __float__(self):
        return 5.5

    def __index__(self):
        return 2


f = Five()
print(int(f), float(f), "abc"[f], [0, 1, 2, 3][f:], range(f), hex(f), bytes(f))


class BadBool:
    def __bool__(self):
        return 1


try:
    bool(BadBool())
except TypeError as error:
    print(error)
try:
    int(BadBool())
except TypeError as error:
    print(error)
try:
    [1][BadBool()]
except TypeError as error:
    print(error)
