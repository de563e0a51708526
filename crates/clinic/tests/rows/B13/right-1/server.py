import socket


class LineReader:
    def __init__(self, sock):
        self.sock = sock
        self.buffer = b""

    def read_line(self):
        while b"\n" not in self.buffer:
            part = self.sock.recv(64)
            if not part:
                raise EOFError("line without an end")
            self.buffer += part
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line


listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
reader = LineReader(conn)
first = reader.read_line()
second = reader.read_line()
conn.sendall(b"!")
conn.close()
listener.close()
assert (first, second) == (b"a", b"b"), (first, second)
