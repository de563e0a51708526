print(0b1100 & 0b1010, 0b1100 | 0b1010, 0b1100 ^ 0b1010, ~0b1100, 1 << 4, 256 >> 3, -1 >> 1, -8 >> 1, True | False, True & 1)
for call in (lambda: 1 << -1, lambda: 1 >> -1, lambda: 1.0 & 1, lambda: 1 << 1.0, lambda: "a" | 1, lambda: ~1.5):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
