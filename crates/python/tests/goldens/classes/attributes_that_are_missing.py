class Point:
    def __init__(self):
        self.x = 1

    def move(self):
        self.y += 1


p = Point()
for attempt in (lambda: p.z, lambda: p.move(), lambda: Point.x, lambda: p.move(1), lambda: Point(1), lambda: Point.move(), lambda: p.x(), lambda: None.x):
    try:
        attempt()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
