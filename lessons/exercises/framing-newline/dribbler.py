# Cuts where it hurts: before a newline, and behind it.
import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
for part in (b"fir", b"st", b"\n\nla", b"st", b"\n"):
    conn.sendall(part)
conn.close()
listener.close()
