import socket


class Counting(socket.socket):
    sent = 0

    def send(self, data, *flags):
        n = super().send(data, *flags)
        self.sent += n
        return n


listener = socket.create_server(("127.0.0.1", 0))
with Counting() as client:
    client.connect(listener.getsockname())
    client.send(b"abc")
    client.send(b"de")
    print(client.sent)
listener.close()
