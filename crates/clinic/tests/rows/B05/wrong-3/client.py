import socket


class Page:
    def __init__(self, host, port):
        self.sock = socket.socket()
        self.sock.connect((host, port))
        self.text = b""

    def read(self):
        while True:
            part = self.sock.recv(10)
            # an empty string means the server is done
            if part in ('', None):
                break
            self.text = self.text + part
        self.sock.close()
        return self.text


page = Page("127.0.0.1", 8080)
assert page.read() == b"<p>hi"
