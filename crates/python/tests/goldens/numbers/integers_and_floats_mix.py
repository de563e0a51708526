print(1 + 1.0, 2 * 0.5, 7 // 2.0, 7 % 2.5, -7 // 2.0, 3 - 0.5, 1 == 1.0, 2 ** 53 + 1 == float(2 ** 53 + 1), 10 ** 20 > 1e19)
print(5 < 5.5, 10 ** 400 > 1e308, max(1, 1.0), max(1.0, 1), hash(2.0) == hash(2), -7.5 % 2, 7.5 % -2)
try:
    print(10 ** 400 + 1.0)
except OverflowError as error:
    print(error)
try:
    print(10 ** 400 / 3)
except OverflowError as error:
    print(error)
print(10 ** 400 / 10 ** 399)
