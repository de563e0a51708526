class Level:
    depth = 0

    def __enter__(self):
        Level.depth += 1
        return Level.depth

    def __exit__(self, *what):
        Level.depth -= 1
        return False


level = Level()
with level as a, level as b:
    print(a, b, Level.depth)
print(Level.depth)
try:
    with level:
        with level:
            raise KeyError("deep")
except KeyError:
    print("left at", Level.depth)
