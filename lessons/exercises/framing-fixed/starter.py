import socket

SIZE = 4


def receive_message(sock):
    """The next message; b"" when there are no more."""
    # TODO: a message has SIZE bytes, however they come
    return sock.recv(SIZE)


sock = socket.create_connection(("127.0.0.1", 7000))
while message := receive_message(sock):
    if len(message) < SIZE:
        print("cut off:", message.decode())
    else:
        print(message.decode())
sock.close()
