"""The program and its streams: what is C in CPython."""

import _sys


class _Output:
    encoding = "utf-8"
    errors = "strict"
    closed = False

    def __init__(self, name, to_stderr):
        self.name = name
        self.mode = "w"
        self._to_stderr = to_stderr

    def __repr__(self):
        return f"<_io.TextIOWrapper name='{self.name}' mode='w' encoding='utf-8'>"

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        _sys.write(text, self._to_stderr)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def fileno(self):
        return 2 if self._to_stderr else 1

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False


class _Input:
    encoding = "utf-8"
    errors = "strict"
    closed = False
    name = "<stdin>"
    mode = "r"

    def __repr__(self):
        return "<_io.TextIOWrapper name='<stdin>' mode='r' encoding='utf-8'>"

    def __init__(self):
        self._rest = ""

    def readline(self, size=-1):
        line = self._rest or _sys.readline()
        self._rest = ""
        if 0 <= size < len(line):
            line, self._rest = line[:size], line[size:]
        return line

    def read(self, size=-1):
        text = ""
        while size < 0 or len(text) < size:
            line = self.readline(-1 if size < 0 else size - len(text))
            if not line:
                break
            text += line
        return text

    def readlines(self, hint=-1):
        return list(self)

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def fileno(self):
        return 0

    def isatty(self):
        return False

    def readable(self):
        return True

    def writable(self):
        return False


stdout = __stdout__ = _Output("<stdout>", False)
stderr = __stderr__ = _Output("<stderr>", True)
stdin = __stdin__ = _Input()
argv = _sys.argv()
byteorder = "little"
maxsize = 9223372036854775807
maxunicode = 1114111
platform = "linux"
executable = ""
version = "3.11.7 (Socketscope)"
hexversion = 0x030B07F0
api_version = 1013
copyright = ""
path = []
modules = {}
builtin_module_names = ()
flags = None


class _VersionInfo:
    major, minor, micro, releaselevel, serial = 3, 11, 7, "final", 0

    def _all(self):
        return (3, 11, 7, "final", 0)

    def __getitem__(self, place):
        return self._all()[place]

    def __iter__(self):
        return iter(self._all())

    def __len__(self):
        return 5

    def __eq__(self, other):
        return self._all() == tuple(other)

    def __lt__(self, other):
        return self._all() < tuple(other)

    def __le__(self, other):
        return self._all() <= tuple(other)

    def __gt__(self, other):
        return self._all() > tuple(other)

    def __ge__(self, other):
        return self._all() >= tuple(other)

    def __repr__(self):
        return "sys.version_info(major=3, minor=11, micro=7, releaselevel='final', serial=0)"


version_info = _VersionInfo()


def exit(*args):
    if len(args) > 1:
        raise TypeError(f"exit expected at most 1 argument, got {len(args)}")
    if args == (None,):
        raise SystemExit
    raise SystemExit(*args)


def exception():
    return _sys.handled()


def exc_info():
    problem = _sys.handled()
    if problem is None:
        return None, None, None
    return type(problem), problem, problem.__traceback__


def getrecursionlimit():
    return _sys.depth()


def setrecursionlimit(limit):
    if not isinstance(limit, int):
        raise TypeError(f"'{type(limit).__name__}' object cannot be interpreted as an integer")
    if limit < 1:
        raise ValueError("recursion limit must be greater or equal than 1")


def getdefaultencoding():
    return "utf-8"


def getfilesystemencoding():
    return "utf-8"


def intern(string):
    return string


def get_int_max_str_digits():
    return 4300


def getsizeof(object, default=0):
    raise TypeError("how many bytes an object takes is not told here")
