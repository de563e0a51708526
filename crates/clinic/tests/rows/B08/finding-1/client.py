import socket

sock = socket.create_connection(("127.0.0.1", 9000))
for letter in b"abcdefgh":
    sock.send(bytes([letter]))
sock.close()
