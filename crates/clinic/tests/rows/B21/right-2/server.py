import socket

MSGLEN = 4

with socket.create_server(("127.0.0.1", 6565)) as listener:
    conn, addr = listener.accept()
    with conn:
        data = b""
        while len(data) < MSGLEN:
            part = conn.recv(MSGLEN - len(data))
            if not part:
                raise RuntimeError("socket connection broken")
            data += part
assert data.rstrip() == b"hi", data
