print(1 and 2, 0 and 2, 1 or 2, 0 or "default")
print(not 0, not "x")
print(None or [] or "last")


def told(value):
    print("asked", value)
    return value


print(told(0) and told(1))
print(told(1) or told(2))
print(told(1) and told(0) or told(3))
