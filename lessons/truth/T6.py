"""What recv does on four sockets that select calls readable."""

from box import listener, pair, readable, reset, tell
import socket


def recv(s):
    if not readable(s):
        return "not readable"
    s.setblocking(False)
    try:
        return s.recv(100)
    except OSError as error:
        return error


lines = {}
a, b = pair()
b.send(b"hello")
lines["The peer has sent"] = "bytes" if recv(a) == b"hello" else "not those"
a, b = pair()
b.close()
lines["The peer has closed"] = repr(recv(a))
a, b = pair()
reset(b)
lines["The peer has reset"] = type(recv(a)).__name__
at = listener()
caller = socket.create_connection(at.getsockname())
failed = recv(at)
kept = at.accept()[0].send(b"x") == 1
lines["It is a listener"] = f"{type(failed).__name__}: it accepts, and never receives" if kept else "it is broken"
tell(lines)
