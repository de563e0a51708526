import socket


def get_number(sock):
    text = ""
    while "\n" not in text:
        data = sock.recv(32)
        if not data:
            raise ConnectionError("server closed the connection")
        text += data.decode()
    return int(text.split("\n")[0])


sock = socket.create_connection(("127.0.0.1", 7654))
numbers = [get_number(sock), get_number(sock)]
sock.close()
assert numbers == [1, 2], numbers
