def divide(a, b, /, *, exact=False):
    return a / b if exact else a // b


print(divide(7, 2))
print(divide(7, 2, exact=True))
try:
    divide(a=7, b=2)
except TypeError as error:
    print(error)
try:
    divide(7, 2, True)
except TypeError as error:
    print(error)
