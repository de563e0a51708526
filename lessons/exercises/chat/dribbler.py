# Anna stops in the middle of a line, while Ben says one: nobody may hear a mixture.
import socket
import time


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
anna.sendall(b"to")
time.sleep(1)
ben.sendall(b"no\n")
for guest in (anna, cora):
    assert line(guest) == b"no\n"
anna.sendall(b"day\n")
for guest in (ben, cora):
    assert line(guest) == b"today\n"
for guest in (anna, ben, cora):
    guest.close()
