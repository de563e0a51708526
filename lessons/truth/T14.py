"""When send and recv return."""

import socket
import threading
import time

from box import at_once, pair, seconds, tell

lines = {}
a, b = pair()
n, took = seconds(a.send, b"hello")
lines['`send(b"hello")`, the peer never reads'] = f"{n}, {at_once(took)}"
got, took = seconds(b.recv, 4096)
lines["`recv(4096)` with 5 bytes there"] = f"{len(got)} bytes, {at_once(took)}"


def waits(more):
    """Five bytes are there; whether recv goes on waiting, and what it gives after `more`."""
    a, b = pair()
    a.send(b"hello")
    said = []
    thread = threading.Thread(target=lambda: said.append(len(b.recv(4096, socket.MSG_WAITALL))))
    thread.start()
    time.sleep(0.3)
    waited = not said
    more(a)
    thread.join(10)
    return waited, said


whole = waits(lambda a: a.sendall(bytes(5000)))
end = waits(lambda a: a.close())
lines["`recv(4096, MSG_WAITALL)` with 5 bytes there"] = (
    "waits for 4096 or the end" if (whole, end) == ((True, [4096]), (True, [5])) else f"{whole}, {end}"
)
tell(lines)
