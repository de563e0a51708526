"""Three sends of 1000 bytes, received in pieces of another size."""

from box import pair, tell
import socket

a, b = pair()
sent = bytes(k % 251 for k in range(3000))
for at in range(0, 3000, 1000):
    a.send(sent[at : at + 1000])
a.shutdown(socket.SHUT_WR)
# Until all of it is there, a recv might find less.
b.recv(3000, socket.MSG_PEEK | socket.MSG_WAITALL)
parts = []
while part := b.recv(700):
    parts.append(part)
tell({
    "Three sends of 1000, then `recv(700)` until the end": ", ".join(str(len(part)) for part in parts),
    "The bytes": "all 3000, in order" if b"".join(parts) == sent else "others",
})
