import socket

for letter in (b"x", b"y"):
    with socket.create_connection(("127.0.0.1", 8081)) as conn:
        conn.sendall(letter)
        assert conn.recv(1) == letter
