import socket


class LineReader:
    def __init__(self, s):
        self.socket = s
        self.buffer = b""

    def line(self):
        while b"\n" not in self.buffer:
            data = self.socket.recv(4)
            if not data:
                rest, self.buffer = self.buffer, b""
                return rest
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line


a, b = socket.socketpair()
a.sendall(b"first line\nsecond\n\nno end")
a.close()
reader = LineReader(b)
for _ in range(5):
    print(reader.line())
b.close()
