import socket

a, b = socket.socketpair()
b.setblocking(False)
try:
    b.recv(10)
except BlockingIOError as error:
    print(error, error.errno)
a.sendall(b"now")
print(b.recv(10))
a.close()
print(b.recv(10))
b.close()
