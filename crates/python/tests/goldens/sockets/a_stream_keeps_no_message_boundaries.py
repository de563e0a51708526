import socket

a, b = socket.socketpair()
a.sendall(b"one")
a.sendall(b"two")
a.sendall(b"three")
print(b.recv(100))
a.sendall(b"abcdef")
print(b.recv(2), b.recv(2), b.recv(100))
a.close()
b.close()
