# Ben never reads again, and Anna talks on: Cora must hear all of it.
import socket


def line(sock):
    text = b""
    while not text.endswith(b"\n"):
        part = sock.recv(1)
        assert part, "the end came too soon"
        text += part
    return text


def join():
    sock = socket.create_connection(("127.0.0.1", 7000))
    assert line(sock) == b"welcome\n"
    return sock


anna, ben, cora = join(), join(), join()
text = b"x" * 2999 + b"\n"
for _ in range(9):
    anna.sendall(text)
    got = 0
    while got < len(text):
        part = cora.recv(4096)
        assert part, "the end came too soon"
        got += len(part)
for guest in (anna, ben, cora):
    guest.close()
