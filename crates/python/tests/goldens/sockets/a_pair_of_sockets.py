import socket

a, b = socket.socketpair()
a.sendall(b"from a")
b.sendall(b"from b")
print(b.recv(100), a.recv(100))
a.close()
print(b.recv(100))
b.close()
