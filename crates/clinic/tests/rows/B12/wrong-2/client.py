import socket


class Client:
    def __init__(self):
        self.sock = socket.create_connection(("127.0.0.1", 6543))
        self.file = self.sock.makefile("rb")

    def ask(self, line):
        self.sock.sendall(line)
        return self.file.readline()

    def close(self):
        self.file.close()
        self.sock.close()


ann = Client()
assert ann.ask(b"a\n") == b"A\n"
# Ann stays connected
bob = Client()
assert bob.ask(b"b\n") == b"B\n"
bob.close()
ann.close()
