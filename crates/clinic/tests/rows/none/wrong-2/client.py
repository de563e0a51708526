import socket

sock = socket.create_connection(("127.0.0.1", 5000))
for letter in (b"a", b"b"):
    sock.sendall(letter)
    answer = sock.recv(1)
    assert answer == letter.upper(), answer
sock.close()
