import socket


class Server:
    def __init__(self, port):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.bind(("127.0.0.1", port))
        self.sock.listen(1)

    def next_client(self):
        self.sock.listen(1)
        conn, addr = self.sock.accept()
        return conn


server = Server(8081)
for i in range(2):
    with server.next_client() as conn:
        data = conn.recv(1)
        conn.sendall(data)
server.sock.close()
