print(isinstance(1, int), isinstance(True, int), isinstance(1, (str, int)), isinstance("a", int))
print(issubclass(bool, int), issubclass(ConnectionResetError, OSError), issubclass(int, (str, float)))
print(isinstance(None, type(None)), isinstance(int, type), isinstance(1, object), isinstance(1, int | str))
try:
    isinstance(1, 2)
except TypeError as error:
    print(error)
try:
    issubclass(1, int)
except TypeError as error:
    print(error)
