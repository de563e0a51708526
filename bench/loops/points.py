# Objects that are made, read and dropped.
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Point(self.x + other.x, self.y + other.y)


def walk(steps):
    here = Point(0, 0)
    step = Point(1, 2)
    for _ in range(steps):
        here = here.plus(step)
    return here


end = walk(2000000)
print(end.x, end.y)
