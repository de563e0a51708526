import socket


class Unreachable(Exception):
    pass


def tell(s, text):
    try:
        s.sendall(text)
    except OSError as error:
        raise Unreachable("could not tell " + repr(text)) from error


a, b = socket.socketpair()
b.close()
tell(a, b"news")
