import socket

with socket.create_connection(("127.0.0.1", 6060)) as sock:
    with sock.makefile("rb") as f:
        sock.sendall(b"v2")
        version = f.read(2)
        assert version == b"v1", version
