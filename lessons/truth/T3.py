"""What send answers on connections that are healthy, broken, and full."""

import errno

from box import answer, pair, readable, tell

lines = {}
a, b = pair()
lines['`send(b"")` on a healthy connection'] = str(answer(a.send, b""))


def failed(call, *args):
    try:
        return str(call(*args))
    except OSError as error:
        return f"{type(error).__name__} ({errno.errorcode[error.errno]})"


def broken():
    """The peer has closed; our first send is answered by its RST."""
    a, b = pair()
    b.close()
    a.send(b"x")
    readable(a)
    return a


lines['The peer closed, its RST is back: `send(b"x")`'] = failed(broken().send, b"x")

a, b = pair()
a.send(b"unread")
readable(b)
b.close()
readable(a)
lines["The peer closed with bytes unread: the first, the second `send`"] = (
    f"{answer(a.send, b'x')}, then {answer(a.send, b'x')}"
)

a, b = pair(4096, 4096)
a.setblocking(False)
while type(answer(a.send, bytes(100_000))) is int:
    pass
lines["Non-blocking, no room"] = failed(a.send, bytes(100_000))
tell(lines)
