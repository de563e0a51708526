import socket

a, b = socket.socketpair()
f = a.makefile("wb")
a.close()
f.write(b"after close of the socket")
f.flush()
print(b.recv(100))
f.close()
print(b.recv(100))
b.close()
