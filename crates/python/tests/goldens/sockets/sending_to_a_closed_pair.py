import socket

a, b = socket.socketpair()
b.close()
try:
    a.send(b"x")
except BrokenPipeError as error:
    print(error, error.errno)
try:
    a.sendall(b"x")
except OSError as error:
    print(type(error).__name__)
print(a.recv(10))
a.close()
