"""What the programs of this folder share: pairs of sockets, patience, and the one line of JSON that each prints.

A program prints {label: value} of its box, in the box's own words. A value that is a text holds exactly; {"about": ...} depends
on the system's settings, {"timing": ...} on the clock, {"by hand": ...} was measured otherwise (the program says how), and
{"unable": ...} says why this system does not let it be measured.
"""

import errno
import json
import select
import socket
import struct
import sys
import time

SO_RCVBUF, SO_SNDBUF = socket.SO_RCVBUF, socket.SO_SNDBUF


def tell(lines):
    print(json.dumps(lines, ensure_ascii=False), flush=True)


def about(value):
    return {"about": value}


def timing(value):
    return {"timing": value}


def by_hand(value):
    return {"by hand": value}


def unable(why):
    return {"unable": str(why)}


def number(n):
    """As the lessons write it: 6144, but 12,288."""
    return str(n) if n < 10_000 else f"{n:,}"


def listener(backlog=16, rcvbuf=None, sndbuf=None):
    s = socket.socket()
    if rcvbuf:
        s.setsockopt(socket.SOL_SOCKET, SO_RCVBUF, rcvbuf)
    if sndbuf:
        s.setsockopt(socket.SOL_SOCKET, SO_SNDBUF, sndbuf)
    s.bind(("127.0.0.1", 0))
    s.listen(backlog)
    return s


def pair(sndbuf=None, rcvbuf=None):
    """Both ends of a TCP connection over loopback, and buffers of that size, as asked, at both."""
    with listener(1, rcvbuf, sndbuf) as at:
        one = socket.socket()
        if sndbuf:
            one.setsockopt(socket.SOL_SOCKET, SO_SNDBUF, sndbuf)
        if rcvbuf:
            one.setsockopt(socket.SOL_SOCKET, SO_RCVBUF, rcvbuf)
        one.connect(at.getsockname())
        return one, at.accept()[0]


def reset(s):
    """Closes with a RST."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def readable(s, patience=10.0):
    """Waits until a call that reads would not wait; whether that came."""
    return bool(select.select([s], [], [], patience)[0])


def answer(call, *args):
    """What a call returned, or the name of its error."""
    try:
        return call(*args)
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__)


def seconds(call, *args):
    """The answer of a call, and how many seconds it took."""
    began = time.monotonic()
    said = answer(call, *args)
    return said, time.monotonic() - began


def at_once(took):
    """For a call that does not wait: "at once", unless the machine is very slow."""
    return "at once" if took < 0.9 else f"after {took:.1f} s"


def until(holds, patience=10.0):
    """Waits until something holds; whether it did."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def span(values, unit):
    low, high = min(values), max(values)
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


if __name__ == "__main__":
    sys.exit("not a program by itself")
