class Both:
    def __str__(self):
        return "str"

    def __repr__(self):
        return "repr"


class OnlyRepr:
    def __repr__(self):
        return "only"


b = Both()
print(b, [b], f"{b} {b!r} {b!s}", str(b), repr(b), "%s %r" % (b, b), "{} {!r}".format(b, b))
print(OnlyRepr(), str(OnlyRepr()), f"{OnlyRepr()}", f"{OnlyRepr()!s:>6}|")


class Wrong:
    def __str__(self):
        return 5


try:
    print(Wrong())
except TypeError as error:
    print(error)
