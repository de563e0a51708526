"""Processes and descriptors, as far as the calls of the lessons go: what is C in CPython."""

import _kernel

error = OSError
name = "posix"
linesep = "\n"
sep = "/"
pathsep = ":"
curdir = "."
devnull = "/dev/null"
EX_OK = 0
environ = {}


def getenv(key, default=None):
    return environ.get(key, default)


def strerror(code):
    return _kernel.strerror(_kernel.index(code))


def getpid():
    return _kernel.getpid()


def getppid():
    return _kernel.getppid()


def fork():
    return _kernel.fork()


def _exit(status):
    _kernel.exit(_kernel.index(status))


def _number(fd):
    return _kernel.index(fd)


def close(fd):
    _kernel.close(_number(fd))


def read(fd, n):
    fd = _number(fd)
    n = _kernel.index(n)
    if n < 0:
        raise OSError(22, "Invalid argument")
    return _kernel.read(fd, n)


def write(fd, data):
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'")
    return _kernel.write(_number(fd), data)


def pipe():
    return _kernel.pipe()


def dup(fd):
    return _kernel.dup(_number(fd))


def set_blocking(fd, blocking):
    _kernel.set_blocking(_number(fd), bool(blocking))


def urandom(size):
    import random

    return random.randbytes(size)


def cpu_count():
    return 1
