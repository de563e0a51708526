class Point:
    pass


text = repr(Point())
print(text.startswith("<__main__.Point object at 0x"), text.endswith(">"))
print(repr(object()).startswith("<object object at 0x"))
print(Point, Point.__name__, type(Point()) is Point, Point().__class__ is Point)
print(len, [].append.__name__, str.upper)
