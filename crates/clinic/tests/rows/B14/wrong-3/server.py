import socket


class MessageSocket:
    def __init__(self, sock):
        self.sock = sock

    def send(self, data):
        self.sock.sendall(f"{len(data):5d}".encode() + data)

    def receive(self):
        length = int(self.sock.recv(5))
        data = b""
        while len(data) < length:
            more = self.sock.recv(length - len(data))
            if not more:
                raise EOFError
            data += more
        return data


listener = socket.create_server(("127.0.0.1", 1024))
conn, addr = listener.accept()
messages = MessageSocket(conn)
question = messages.receive()
messages.send(question[::-1])
conn.close()
listener.close()
