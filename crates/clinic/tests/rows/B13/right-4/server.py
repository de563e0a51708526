import socket


def next_message(sock):
    """Return the next message, or None at the end."""
    message = b""
    while True:
        letter = sock.recv(1)
        if letter == b"":
            return None
        if letter == b";":
            return message
        message += letter


listener = socket.create_server(("127.0.0.1", 4040))
sock, addr = listener.accept()
messages = []
while (message := next_message(sock)) is not None:
    messages.append(message)
sock.close()
listener.close()
assert messages == [b"up", b"on"], messages
