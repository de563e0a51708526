import socket
import threading


class Server:
    def __init__(self, port):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen()
        self.conn = None

    def run(self):
        while True:
            self.conn, addr = self.listener.accept()
            threading.Thread(target=self.serve).start()

    def serve(self):
        question = self.conn.recv(1)
        self.conn.sendall(question.upper())
        self.conn.close()


Server(9999).run()
