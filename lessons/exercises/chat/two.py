# Two guests who talk, and read what they are told.
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


anna, ben = join(), join()
anna.sendall(b"hi\n")
assert line(ben) == b"hi\n"
ben.sendall(b"oh\nhi\n")
assert line(anna) == b"oh\n"
assert line(anna) == b"hi\n"
anna.close()
ben.close()
