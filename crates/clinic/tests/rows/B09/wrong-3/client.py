import socket

with socket.create_connection(("127.0.0.1", 4321)) as sock:
    sock.sendall(b"bob")
    sock.sendall(b"1234")
