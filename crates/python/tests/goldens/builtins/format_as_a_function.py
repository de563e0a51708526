print(format(255, "x"), format(3.14159, ".2f"), format("a", ">3"), format(5), format(1234567, ","))


class Celsius:
    def __init__(self, degrees):
        self.degrees = degrees

    def __format__(self, spec):
        return format(self.degrees, spec or ".1f") + " C"


print(format(Celsius(21.456)), f"{Celsius(3):.3f}", "{:.0f}".format(Celsius(9)))
for value, spec in ((5, "s"), ("a", "d"), (1.5, "d"), ([], ">5"), (None, "x"), (5, "zz")):
    try:
        print(format(value, spec))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
