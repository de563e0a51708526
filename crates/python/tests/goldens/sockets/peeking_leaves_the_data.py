import socket

a, b = socket.socketpair()
a.sendall(b"header:body")
print(b.recv(7, socket.MSG_PEEK))
print(b.recv(3, socket.MSG_PEEK))
print(b.recv(7))
print(b.recv(100))
a.close()
print(b.recv(1, socket.MSG_PEEK), b.recv(1))
b.close()
