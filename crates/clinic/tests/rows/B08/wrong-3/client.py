import socket


class Calculator:
    def __init__(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port))

    def command(self, text):
        data = text.encode() + b"\n"
        sent = self.sock.send(data)
        print("sent", text)

    def answer(self):
        data = b""
        while len(data) < 2:
            part = self.sock.recv(2 - len(data))
            if not part:
                break
            data += part
        return data


calc = Calculator(7000)
calc.command("add 2 3")
assert calc.answer() == b"ok"
calc.sock.close()
