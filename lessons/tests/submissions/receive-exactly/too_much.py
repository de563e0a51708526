# says: With a sender who sends all at once
# Asks for more than is missing, and takes what belongs to the next message.
import socket


def receive_exactly(sock, n):
    data = b""
    while len(data) < n:
        part = sock.recv(1024)
        if not part:
            raise EOFError("the end came too soon")
        data += part
    return data


sock = socket.create_connection(("127.0.0.1", 7000))
try:
    name = receive_exactly(sock, 4)
    pin = receive_exactly(sock, 3)
    print(name.decode(), pin.decode())
except EOFError as error:
    print(error)
sock.close()
