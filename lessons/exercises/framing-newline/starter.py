import socket


class Lines:
    def __init__(self, sock):
        self.sock = sock

    def next(self):
        """The next line without its newline; None when there are no more."""
        # TODO: what if the newline has not come yet? And what came behind it?
        data = self.sock.recv(1024)
        if not data:
            return None
        return data.split(b"\n")[0]


sock = socket.create_connection(("127.0.0.1", 7000))
lines = Lines(sock)
while (line := lines.next()) is not None:
    print(line.decode())
sock.close()
