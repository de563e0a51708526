a = [1]
b = [1]
print(a == b, a is b, a is not b)
print(None is None, True is True)
print(1 == True, 0 == False, "1" == 1)
print((1, 2) == (1, 2), (1, 2) == [1, 2])
