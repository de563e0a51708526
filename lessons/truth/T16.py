"""In which of select's three lists a socket comes back."""

import select
import socket

from box import listener, pair, reset, tell


def lists(s):
    select.select([s], [], [s], 10)
    return ", ".join(str(len(of)) for of in select.select([s], [s], [s], 0))


lines = {}
a, b = pair()
reset(b)
lines["The peer has reset"] = lists(a)
with listener() as at:
    where = at.getsockname()
s = socket.socket()
s.setblocking(False)
s.connect_ex(where)
lines["A `connect` without waiting was refused"] = lists(s)
a, b = pair()
b.close()
lines["The peer has closed"] = lists(a)
a, b = pair()
b.send(b"!", socket.MSG_OOB)
lines["The peer has sent one urgent byte (MSG_OOB)"] = lists(a)
tell(lines)
