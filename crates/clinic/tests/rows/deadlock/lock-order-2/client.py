import socket

with socket.create_connection(("127.0.0.1", 9300)) as one:
    with socket.create_connection(("127.0.0.1", 9300)) as two:
        one.sendall(b"3")
        two.sendall(b"4")
        assert one.recv(1) == b"k"
        assert two.recv(1) == b"k"
