import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
for part in (b"o", b"penwai", b"t", b"st", b"op"):
    conn.sendall(part)
conn.close()
listener.close()
