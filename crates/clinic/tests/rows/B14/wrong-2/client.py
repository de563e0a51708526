import socket

HEADER_SIZE = 5


def receive_message(sock):
    header = sock.recv(HEADER_SIZE).decode()
    size = int(header)
    parts = []
    while size > 0:
        part = sock.recv(size)
        if part == b"":
            raise RuntimeError("socket connection broken")
        parts.append(part)
        size -= len(part)
    return b"".join(parts).decode()


sock = socket.create_connection(("127.0.0.1", 9500))
message = receive_message(sock)
sock.close()
assert message == "ok", message
