import socket

for message in (b"one message", b""):
    sock = socket.create_connection(("127.0.0.1", 7000))
    sock.sendall(message)
    sock.close()
