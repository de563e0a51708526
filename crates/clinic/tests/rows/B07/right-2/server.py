import socket


class Reader:
    def __init__(self, sock):
        self.sock = sock

    def read(self):
        """Return some bytes, or None at the end."""
        data = self.sock.recv(8)
        if len(data) == 0:
            return None
        return data


listener = socket.create_server(("127.0.0.1", 6001))
conn, addr = listener.accept()
reader = Reader(conn)
text = b""
while True:
    data = reader.read()
    if data is None:
        break
    text += data
conn.close()
listener.close()
assert text == b"12:30", text
