import socket

HOST = "127.0.0.1"
PORT = 12345


def read_line(sock):
    line = b""
    while not line.endswith(b"\n"):
        c = sock.recv(1)
        if c == b"":
            break
        line += c
    return line


with socket.create_connection((HOST, PORT)) as one, socket.create_connection((HOST, PORT)) as two:
    two.sendall(b"2\n")
    answer = read_line(two)
    assert answer == b"2\n", answer
    one.sendall(b"1\n")
    answer = read_line(one)
    assert answer == b"1\n", answer
