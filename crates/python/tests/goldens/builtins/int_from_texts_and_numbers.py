print(int("42"), int("  -7\n"), int("1_000"), int("ff", 16), int("0xff", 16), int("0b101", 0), int("z", 36), int(3.99), int(-3.99), int(True), int())
print(int("٣"), int(b"12"))
for bad in ("", "x", "1.5", "1 2", "0x10", None, [1], "9" * 3 + "a", float("nan"), float("inf"), "--1"):
    try:
        print(int(bad))
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
for text, base in (("12", 2), ("1", 1), ("1", 37), (5, 10)):
    try:
        print(int(text, base))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
