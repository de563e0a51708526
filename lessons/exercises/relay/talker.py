# Waits for the question, answers, and waits again, before it has finished.
import socket


def hear(sock, n):
    text = b""
    while len(text) < n:
        part = sock.recv(n - len(text))
        assert part, "the end came too soon"
        text += part
    return text


sock = socket.create_connection(("127.0.0.1", 7000))
assert hear(sock, 5) == b"name?"
sock.sendall(b"x")
assert hear(sock, 1) == b"!"
sock.shutdown(socket.SHUT_WR)
assert sock.recv(1) == b""
sock.close()
