import socket

with socket.create_server(("127.0.0.1", 6060)) as listener:
    conn, addr = listener.accept()
    with conn, conn.makefile("rb") as f:
        conn.sendall(b"v1")
        version = f.read(2)
        assert version == b"v2", version
