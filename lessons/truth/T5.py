"""A connect that does not wait, to a port where somebody listens and to one where nobody does."""

import errno
import select
import socket

from box import listener, tell


def attempt(where):
    s = socket.socket()
    s.setblocking(False)
    s.connect_ex(where)
    select.select([], [s], [], 10)
    readable, writable, _ = select.select([s], [s], [], 0)
    return f"{len(readable)}, {len(writable)}", s


def error(s):
    number = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return errno.errorcode[number] if number else "0"


at = listener()
where = at.getsockname()
ready, s = attempt(where)
lines = {"Connected: readable, writable; SO_ERROR": f"{ready}; {error(s)}"}
at.close()
ready, s = attempt(where)
lines["Refused: readable, writable; SO_ERROR"] = f"{ready}; {error(s)}"
lines["Refused; SO_ERROR, asked again"] = error(s)
tell(lines)
