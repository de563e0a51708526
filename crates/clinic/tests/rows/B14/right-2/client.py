import socket

HEADER_SIZE = 5


def receive_message(sock):
    header = b""
    while len(header) < HEADER_SIZE:
        part = sock.recv(HEADER_SIZE - len(header))
        if part == b"":
            raise RuntimeError("socket connection broken")
        header += part
    size = int(header.decode())
    message = b""
    while len(message) < size:
        part = sock.recv(size - len(message))
        if part == b"":
            raise RuntimeError("socket connection broken")
        message += part
    return message.decode()


sock = socket.create_connection(("127.0.0.1", 9500))
message = receive_message(sock)
sock.close()
assert message == "ok", message
