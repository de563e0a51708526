"""A client that connects and sends 100 requests to a listener whose program does nothing."""

import socket

from box import answer, listener, tell

at = listener(5)
client = socket.create_connection(at.getsockname())
requests = [b"%07d\n" % k for k in range(100)]
for request in requests:
    client.send(request)


def queue():
    """tcpi_unacked, which for a listener is the length of its queue (Linux)."""
    return int.from_bytes(at.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)[24:28], "little")


lines = {"One client connects and sends 100 requests; length of the listener’s queue": str(queue())}
lines["`recv` on the listener, `send` on the listener"] = f"{answer(at.recv, 1)}, {answer(at.send, b'x')}"
conn, _ = at.accept()
conn.recv(800, socket.MSG_PEEK | socket.MSG_WAITALL)
got = conn.recv(4096)
lines["`recv(4096)` on the socket from `accept`"] = (
    f"all {len(got)} bytes" if got == b"".join(requests) else f"{len(got)} bytes"
)
lines["The listener’s queue now"] = str(queue())
tell(lines)
