"""What the module is for."""


def f():
    "One line."
    return 1


class C:
    """A class's."""

    def m(self):
        pass


print(__doc__)
print(f.__doc__, C.__doc__, C.m.__doc__)
