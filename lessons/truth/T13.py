"""What send and recv say when the peer has closed, or was killed."""

import os
import signal
import socket
import time

from box import answer, listener, pair, readable, tell

lines = {}


def first(s):
    n = answer(s.send, b"x")
    return f"{n} of 1 byte, success" if n == 1 else str(n)


a, b = pair()
b.close()
readable(a)  # its FIN is here, and the RST is not
lines["The peer has closed; our first `send`"] = first(a)
time.sleep(0.1)
lines["Our second `send`, a moment later"] = str(answer(a.send, b"x"))
got = answer(a.recv, 100)
lines["`recv` after that"] = "no byte: the end" if got == b"" else str(got)

at = listener()
child = os.fork()
if not child:
    conn, _ = at.accept()
    conn.send(b"!")
    signal.pause()
s = socket.create_connection(at.getsockname())
at.close()
s.recv(1)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
readable(s)
lines["The peer was killed (`kill -9`); our first `send`"] = first(s)
tell(lines)
