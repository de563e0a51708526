import socket


def receive_exactly(sock, n):
    # TODO: go on until there are n bytes; raise EOFError if the end comes first
    return sock.recv(n)


sock = socket.create_connection(("127.0.0.1", 7000))
try:
    name = receive_exactly(sock, 4)
    pin = receive_exactly(sock, 3)
    print(name.decode(), pin.decode())
except EOFError as error:
    print(error)
sock.close()
