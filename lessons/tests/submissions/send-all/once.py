# row: B8
# One send for each message, as in the notes; the count is thrown away.
import socket

sock = socket.create_connection(("127.0.0.1", 7000))
for message in (b"one fish ", b"", b"two fish"):
    sock.send(message)
sock.close()
