import socket

LENGTH = 8

with socket.create_connection(("127.0.0.1", 2121)) as sock:
    greeting = b""
    while len(greeting) < LENGTH:
        part = sock.recv(LENGTH - len(greeting))
        if not part:
            raise EOFError("greeting cut off: " + greeting.decode())
        greeting += part
print(greeting.decode())
