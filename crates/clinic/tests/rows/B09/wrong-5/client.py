import socket

sock = socket.create_connection(("127.0.0.1", 4322))
for letter in (b"a", b"b"):
    sock.sendall(letter)
sock.close()
