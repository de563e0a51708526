import socket

with socket.create_connection(("127.0.0.1", 4040)) as sock:
    for word in ("up", "on"):
        sock.sendall(word.encode() + b";")
