"""Waiting for several descriptors: what is C in CPython."""

import _kernel

error = OSError
POLLIN, POLLPRI, POLLOUT, POLLERR, POLLHUP, POLLNVAL = 1, 2, 4, 8, 16, 32
POLLRDHUP, POLLRDNORM, POLLWRNORM = 8192, 64, 256


def _number(fileobj):
    if isinstance(fileobj, int):
        fd = fileobj
    elif hasattr(fileobj, "fileno"):
        fd = fileobj.fileno()
        if not isinstance(fd, int):
            raise TypeError("fileno() returned a non-integer")
    else:
        raise TypeError("argument must be an int, or have a fileno() method.")
    if fd < 0:
        raise ValueError(f"file descriptor cannot be a negative integer ({fd})")
    return fd


def _numbers(things):
    pairs = []
    for each in things:
        fd = _number(each)
        if fd >= 1024:
            raise ValueError("filedescriptor out of range in select()")
        pairs.append((fd, each))
    return pairs


def _wait(limit_us, call, *args):
    """A call that may be interrupted, with what is left of its time."""
    if limit_us is None:
        while True:
            try:
                return call(*args, None)
            except InterruptedError:
                pass
    if limit_us == 0:
        return call(*args, 0)
    deadline = None
    while True:
        try:
            return call(*args, limit_us)
        except InterruptedError:
            now = _kernel.monotonic()
        if deadline is None:
            deadline = now + limit_us
        limit_us = max(deadline - now, 0)


def select(*args):
    if not 3 <= len(args) <= 4:
        bound = "at least 3" if len(args) < 3 else "at most 4"
        raise TypeError(f"select expected {bound} arguments, got {len(args)}")
    rlist, wlist, xlist = args[:3]
    timeout = args[3] if len(args) > 3 else None
    limit = None
    if timeout is not None:
        if not isinstance(timeout, (int, float)):
            raise TypeError("timeout must be a float or None")
        if timeout < 0:
            raise ValueError("timeout must be non-negative")
        whole = int(timeout * 1000000)
        limit = whole + 1 if whole < timeout * 1000000 else whole
    for each in (rlist, wlist, xlist):
        try:
            iter(each)
        except TypeError:
            raise TypeError("arguments 1-3 must be sequences") from None
    asked = [_numbers(rlist), _numbers(wlist), _numbers(xlist)]
    answers = _wait(limit, _kernel.select, *[[fd for fd, _ in pairs] for pairs in asked])
    return tuple([[each for fd, each in pairs if fd in ready] for pairs, ready in zip(asked, answers)])


class _Poll:
    def __init__(self):
        self._asked = {}

    def register(self, fd, eventmask=POLLIN | POLLPRI | POLLOUT):
        self._asked[_number(fd)] = eventmask

    def modify(self, fd, eventmask):
        fd = _number(fd)
        if fd not in self._asked:
            raise FileNotFoundError(2, "No such file or directory")
        self._asked[fd] = eventmask

    def unregister(self, fd):
        fd = _number(fd)
        if fd not in self._asked:
            raise KeyError(fd)
        del self._asked[fd]

    def poll(self, timeout=None):
        limit = None
        if timeout is not None:
            if not isinstance(timeout, (int, float)):
                raise TypeError("timeout must be an integer or None")
            if timeout >= 0:
                whole = int(timeout)
                limit = 1000 * (whole + 1 if whole < timeout else whole)
        asked = list(self._asked.items())
        answers = _wait(limit, _kernel.poll, asked)
        return [(fd, events) for (fd, _), events in zip(asked, answers) if events]


_Poll.__name__ = "poll"


def poll():
    return _Poll()
