# row: B13
# What came behind the newline is thrown away.
import socket


class Lines:
    def __init__(self, sock):
        self.sock = sock
        self.kept = b""

    def next(self):
        """The next line without its newline; None when there are no more."""
        while b"\n" not in self.kept:
            part = self.sock.recv(1024)
            if not part:
                return None
            self.kept += part
        line = self.kept.split(b"\n", 1)[0]
        self.kept = b""
        return line


sock = socket.create_connection(("127.0.0.1", 7000))
lines = Lines(sock)
while (line := lines.next()) is not None:
    print(line.decode())
sock.close()
