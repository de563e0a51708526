import socket

a, b = socket.socketpair()
number = a.detach()
print(a.fileno(), number >= 0)
again = socket.socket(fileno=number)
again.sendall(b"same connection")
print(b.recv(100), again.fileno() == number, again.family.name, again.type.name)
again.close()
print(b.recv(10))
b.close()
