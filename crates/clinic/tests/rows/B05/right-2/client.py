import socket

with socket.create_connection(("127.0.0.1", 5050)) as s:
    s.sendall("bye".encode())
