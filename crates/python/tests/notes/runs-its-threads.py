import socket
from threading import Thread

class ClientHandler(Thread):
    def __init__(self, sock, address):
        Thread.__init__(self)
        self.sock = sock
        self.address = address

    def run(self):
        buffer = ""
        while True:
            data = self.sock.recv(512)
            if data is None: break
            buffer = buffer + data
            if "\n" in data:
                self.sock.sendall("got a line\n")
        self.sock.close()

listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(8888)
listener.listen(1)
while True:
    sock, address = listener.accept()
    handler = ClientHandler(sock, address)
    handler.run()
listener.close()
