print(0.1 + 0.2 == 0.3, abs(0.1 + 0.2 - 0.3) < 1e-9, 0.5 + 0.25 == 0.75)
print(sum([0.1] * 10), 1e16 + 1 == 1e16, 2.5 * 2, 1.1 * 3)
print((0.1).hex(), float.fromhex("0x1.8p1"), (2.5).is_integer(), (2.0).is_integer(), (0.75).as_integer_ratio())
