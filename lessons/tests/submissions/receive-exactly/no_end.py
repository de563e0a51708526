# row: none, runs for ever
# Does not know the end, and spins.
import socket


def receive_exactly(sock, n):
    data = b""
    while len(data) < n:
        part = sock.recv(n - len(data))
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
