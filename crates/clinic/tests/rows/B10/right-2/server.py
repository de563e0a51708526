import socket
import threading


class Session:
    def __init__(self, conn):
        self.conn = conn

    def serve(self):
        question = self.conn.recv(1)
        self.conn.sendall(question.upper())
        self.conn.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 9999))
listener.listen()
while True:
    conn, addr = listener.accept()
    session = Session(conn)
    threading.Thread(target=session.serve).start()
