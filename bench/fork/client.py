import socket


class MySocket:
    def __init__(self, sock=None):
        self.sock = sock or socket.socket(socket.AF_INET, socket.SOCK_STREAM)

    def connect(self, host, port):
        self.sock.connect((host, port))

    def mysend(self, message):
        total = 0
        while total < len(message):
            sent = self.sock.send(message[total:])
            if sent == 0:
                raise RuntimeError("socket connection broken")
            total += sent


sock = MySocket()
while True:
    try:
        sock.connect("127.0.0.1", 7000)
        break
    except ConnectionRefusedError:
        sock = MySocket()
sock.mysend(b"hello")
answer = sock.sock.recv(10)
print(answer)
