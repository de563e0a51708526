class Odd:
    def __repr__(self):
        return 1 / 0


def show(x):
    print("value:", x)


show(Odd())
