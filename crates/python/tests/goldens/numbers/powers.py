print(2 ** 10, 2 ** 0.5, 2 ** -2, (-8) ** 3, 0 ** 0, 0.0 ** 0, 10 ** -3, 4 ** 0.5, (-1) ** 101)
print(pow(7, 100, 13), pow(3, -1, 7), pow(-2, 3, 5), pow(2, 100, 2 ** 70))
try:
    print(pow(2, -1, 4))
except ValueError as error:
    print(error)
try:
    print(pow(2.0, 1, 3))
except TypeError as error:
    print(error)
