import socket


class Mail:
    def __init__(self, host, port):
        self.sock = socket.socket()
        self.sock.connect((host, port))
        self.reader = self.sock.makefile("rb")
        self.writer = self.sock.makefile("wb")

    def login(self, user):
        self.writer.write(user)
        return self.reader.read(1)

    def close(self):
        self.writer.close()
        self.reader.close()
        self.sock.close()


mail = Mail("127.0.0.1", 1100)
assert mail.login(b"bob") == b"+"
mail.close()
