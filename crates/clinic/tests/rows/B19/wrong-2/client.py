import socket


class Receiver:
    def __init__(self, sock):
        self.sock = sock

    def exactly(self, n):
        data = b""
        while len(data) < n:
            part = self.sock.recv(n - len(data))
            if part == b"":
                raise EOFError(f"{len(data)} bytes instead of {n}")
            data += part
        return data

    def message(self):
        size = int.from_bytes(self.exactly(2), "big")
        return self.exactly(size)


sock = socket.create_connection(("127.0.0.1", 9000))
try:
    text = Receiver(sock).message().decode()
finally:
    sock.close()
assert text == "hey", text
