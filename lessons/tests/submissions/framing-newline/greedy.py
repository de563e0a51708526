# says: reader
# Wants three lines before it answers with the first, and again before the second.
import socket


class Lines:
    def __init__(self, sock):
        self.sock = sock
        self.kept = b""

    def next(self):
        """The next line without its newline; None when there are no more."""
        while self.kept.count(b"\n") < 3:
            part = self.sock.recv(1024)
            if not part:
                return None
            self.kept += part
        line, self.kept = self.kept.split(b"\n", 1)
        return line


sock = socket.create_connection(("127.0.0.1", 7000))
lines = Lines(sock)
while (line := lines.next()) is not None:
    print(line.decode())
sock.close()
