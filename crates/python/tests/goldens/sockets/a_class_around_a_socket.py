import socket
import struct


class MessageSocket:
    def __init__(self, s):
        self.socket = s

    def send(self, data):
        self.socket.sendall(struct.pack("!H", len(data)) + data)

    def receive(self):
        head = self._exactly(2)
        return self._exactly(struct.unpack("!H", head)[0])

    def _exactly(self, n):
        data = b""
        while len(data) < n:
            piece = self.socket.recv(n - len(data))
            if not piece:
                raise ConnectionError("closed in the middle")
            data += piece
        return data

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.socket.close()


left, right = (MessageSocket(s) for s in socket.socketpair())
with left, right:
    left.send(b"hello")
    left.send(b"")
    print(right.receive(), right.receive())
    left.socket.sendall(b"\x00\x05ab")
    left.socket.close()
    try:
        right.receive()
    except ConnectionError as error:
        print(error)
