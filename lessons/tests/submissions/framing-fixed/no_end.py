# row: none, runs for ever
# Waits for a whole message also at the end.
import socket

SIZE = 4


def receive_message(sock):
    """The next message; b"" when there are no more."""
    data = b""
    while len(data) < SIZE:
        part = sock.recv(SIZE - len(data))
        data += part
    return data


sock = socket.create_connection(("127.0.0.1", 7000))
while message := receive_message(sock):
    if len(message) < SIZE:
        print("cut off:", message.decode())
    else:
        print(message.decode())
sock.close()
