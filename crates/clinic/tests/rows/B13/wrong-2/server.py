import socket


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    def next_message(self):
        """Return the next message, or None at the end."""
        while b";" not in self.buffer:
            data = self.sock.recv(16)
            if data == b"":
                return None
            self.buffer += data
        end = self.buffer.index(b";")
        message = self.buffer[:end]
        self.buffer = b""
        return message


listener = socket.create_server(("127.0.0.1", 4040))
sock, addr = listener.accept()
connection = Connection(sock)
messages = []
while (message := connection.next_message()) is not None:
    messages.append(message)
sock.close()
listener.close()
assert messages == [b"up", b"on"], messages
