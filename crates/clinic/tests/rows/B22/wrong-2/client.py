import socket


class Client:
    def __init__(self, port):
        self.sock = socket.socket()
        self.sock.connect(("127.0.0.1", port))

    def ask(self, question):
        self.sock.sendall(question)
        answer = b""
        while len(answer) < len(question):
            part = self.sock.recv(8)
            if part == b"":
                raise EOFError("no answer")
            answer += part
        return answer


client = Client(8080)
assert client.ask(b"abc") == b"cba"
client.sock.close()
