import socket

for letter in (b"a", b"b"):
    with socket.create_connection(("127.0.0.1", 8765)) as sock:
        sock.sendall(letter)
        assert sock.recv(1) == letter
