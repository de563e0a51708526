# Ben leaves without a word and without reading, so that his end answers with a reset.
import socket
import struct


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
ben.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
ben.close()
for text in (b"1\n", b"2\n"):
    anna.sendall(text)
    assert line(cora) == text
anna.close()
cora.close()
