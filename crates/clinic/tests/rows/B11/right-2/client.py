import socket

for port in (7001, 7002):
    with socket.create_connection(("127.0.0.1", port)) as conn:
        conn.sendall(b"z")
        assert conn.recv(1) == b"z"
