print(True + True, True * 5, False - 1, -True, True / 2, sum([True, False, True]), True < 2, [10, 20][True])
print(isinstance(True, int), type(True + 1), True == 1, {True: "a", 1: "b"}, f"{True:d}", str(True), int(False), ~True)
