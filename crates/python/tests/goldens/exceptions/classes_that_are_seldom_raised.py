CLASSES = [
    MemoryError, ReferenceError, StopAsyncIteration, SyntaxError, IndentationError, TabError, SystemError,
    FloatingPointError, ChildProcessError, FileExistsError, InterruptedError, IsADirectoryError,
    NotADirectoryError, PermissionError, ProcessLookupError, ConnectionAbortedError, BufferError,
    Warning, UserWarning, DeprecationWarning, RuntimeWarning, FutureWarning, SyntaxWarning, UnicodeWarning, ResourceWarning,
]
for each in CLASSES:
    try:
        raise each("it happened")
    except Exception as problem:
        print(repr(problem), [base.__name__ for base in each.__mro__[1:-1]])
print(issubclass(UnicodeTranslateError, UnicodeError))
try:
    raise OSError(13, "no")
except PermissionError as problem:
    print(problem.errno, problem)
