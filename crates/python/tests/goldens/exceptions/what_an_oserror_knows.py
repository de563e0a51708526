error = OSError(104, "Connection reset by peer")
print(type(error).__name__, error, error.errno, error.strerror, error.filename, error.args)
error = OSError(2, "No such file", "a.txt")
print(type(error).__name__, error, error.filename, error.args)
error = OSError("text alone")
print(type(error).__name__, error, error.errno, error.strerror, error.args)
error = ConnectionError(111, "text")
print(type(error).__name__, error, error.errno)
error = ConnectionResetError()
print(repr(error), error.errno, str(error) == "")
error = OSError(9999, "unknown number")
print(type(error).__name__, error)


class MyError(OSError):
    pass


print(type(MyError(104, "x")).__name__, MyError(104, "x"))
