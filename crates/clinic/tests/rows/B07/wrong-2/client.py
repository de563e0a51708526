import socket


def read_all(sock):
    text = b""
    data = sock.recv(8)
    while data is not None:
        text += data
        data = sock.recv(8)
    return text


def main():
    sock = socket.create_connection(("127.0.0.1", 1313))
    time = read_all(sock)
    sock.close()
    assert time == b"12:30"


main()
