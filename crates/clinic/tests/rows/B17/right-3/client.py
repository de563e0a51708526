import socket

with socket.create_connection(("127.0.0.1", 6000)) as sock:
    sock.sendall(b"y")
    assert sock.recv(1) == b"y"
