import socket

a, b = socket.socketpair()
with a:
    a.sendall(b"inside")
    print(a.fileno() >= 0)
print(a.fileno(), b.recv(10), b.recv(10))
b.close()
try:
    with socket.socket() as s:
        raise ValueError("leaves the block")
except ValueError as error:
    print(error, s.fileno())
