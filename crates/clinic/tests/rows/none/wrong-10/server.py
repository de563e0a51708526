import socket
import threading


class Server:
    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 5000))

    def run(self):
        while True:
            conn, addr = self.listener.accept()
            threading.Thread(target=self.serve, args=(conn,)).start()

    def serve(self, conn):
        name = conn.recv(1024)
        conn.sendall(b"hello")
        conn.close()


Server().run()
