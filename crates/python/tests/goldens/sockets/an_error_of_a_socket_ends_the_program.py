import socket


class Client:
    def __init__(self):
        self.socket = socket.socket()

    def ask(self, question):
        self.socket.send(question)
        return self.socket.recv(100)


Client().ask(b"anybody?")
