from socket import socket, AF_INET, SOCK_STREAM
from threading import Thread


class ClientThread(Thread):
    def __init__(self, conn):
        Thread.__init__(self)
        self.conn = conn

    def run(self):
        question = self.conn.recv(1)
        if question:
            self.conn.sendall(question.upper())
        self.conn.close()


server = socket(AF_INET, SOCK_STREAM)
server.bind(("127.0.0.1", 8888))
server.listen(5)
threads = []
for i in range(2):
    conn, addr = server.accept()
    t = ClientThread(conn)
    t.start()
    threads.append(t)
for t in threads:
    t.join()
server.close()
