class Celsius:
    made = 0

    def __init__(self, degrees):
        self.degrees = degrees

    @classmethod
    def from_fahrenheit(cls, f):
        cls.made += 1
        return cls((f - 32) * 5 / 9)

    @staticmethod
    def freezing(degrees):
        return degrees <= 0


class Warm(Celsius):
    pass


c = Celsius.from_fahrenheit(212)
print(c.degrees, Celsius.made, Celsius.freezing(-1), c.freezing(5))
w = Warm.from_fahrenheit(50)
print(type(w).__name__, w.degrees, Warm.made, Celsius.made)
