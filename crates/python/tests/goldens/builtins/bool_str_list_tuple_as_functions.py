print(bool("False"), bool(0.0), str(5), str(), list("ab"), list(), tuple([1]), list({"a": 1}), tuple(range(2)))
print(str(b"\xc3\xa9", "utf-8"), str(b"\xff", "ascii", "replace"), bytes("é", "utf-8"))
print(dict([("a", 1)]), dict(a=1, b=2), dict({"x": 1}, y=2), dict(zip("ab", "cd")))
print(bytes(3), bytes([65, 66]), bytes(b"c"), bytearray(2), bytearray(b"ab"))
for call in (lambda: list(5), lambda: tuple(None), lambda: dict([1]), lambda: dict(["abc"]), lambda: bytes("a"), lambda: bytes([256]), lambda: bytes(-1), lambda: set(1), lambda: bytes([1, "a"])):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
