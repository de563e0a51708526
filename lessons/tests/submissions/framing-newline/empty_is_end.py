# says: has printed "first\n"
# Takes the empty line for the end.
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
        line, self.kept = self.kept.split(b"\n", 1)
        return line


sock = socket.create_connection(("127.0.0.1", 7000))
lines = Lines(sock)
while line := lines.next():
    print(line.decode())
sock.close()
