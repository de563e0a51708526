def tree(kind):
    return [c.__name__ for c in kind.__mro__]


for kind in (KeyError, IndexError, ZeroDivisionError, OverflowError, ConnectionResetError, BrokenPipeError, BlockingIOError, TimeoutError, FileNotFoundError, UnboundLocalError, RecursionError, NotImplementedError, UnicodeDecodeError, ModuleNotFoundError, StopIteration, GeneratorExit, KeyboardInterrupt, SystemExit, IndentationError, BufferError, EOFError, AssertionError):
    print(tree(kind))
print(IOError is OSError, EnvironmentError is OSError)
