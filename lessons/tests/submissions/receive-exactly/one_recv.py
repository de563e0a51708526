# row: B9
# One recv is taken for all.
import socket


def receive_exactly(sock, n):
    data = sock.recv(n)
    if not data:
        raise EOFError("the end came too soon")
    return data


sock = socket.create_connection(("127.0.0.1", 7000))
try:
    name = receive_exactly(sock, 4)
    pin = receive_exactly(sock, 3)
    print(name.decode(), pin.decode())
except EOFError as error:
    print(error)
sock.close()
