class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


def see(thing):
    match thing:
        case {"type": "hello", "name": str(name)}:
            return f"hello from {name}"
        case {"type": kind, **rest}:
            return f"{kind} with {rest}"
        case Point(x=0, y=y):
            return f"on the line at {y}"
        case Point(x, y):
            return f"at {x} {y}"
        case int() | float():
            return "a number"
        case str(text):
            return "text " + text


print(see({"type": "hello", "name": "Ann"}))
print(see({"type": "bye", "code": 3}))
print(see(Point(0, 5)))
print(see(Point(1, 5)))
print(see(2.5), see(7), see("x"), see(b"x"))
