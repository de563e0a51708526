word = "socket"
print(word[0], word[-1], word[2:4], word[10:], word[::-1])
for index in (6, -7, "0", 1.0, None):
    try:
        print(word[index])
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)
try:
    word[0] = "S"
except TypeError as error:
    print(error)
try:
    del word[0]
except TypeError as error:
    print(error)
