import socket


class Server:
    def __init__(self):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind(("127.0.0.1", 7777))
        self.sock.listen(1)

    def run(self):
        while True:
            conn, addr = self.sock.accept()
            command = conn.recv(1)
            conn.close()
            if command == b"r":
                return "restart"
        self.sock.close()


server = Server()
if server.run() == "restart":
    new_server = Server()
    new_server.sock.close()
