try:
    1 / 0
except ZeroDivisionError, error:
    print(error)
