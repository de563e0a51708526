import socket

a, b = socket.socketpair()
b.settimeout(0.05)
try:
    b.recv(10)
except TimeoutError as error:
    print(type(error).__name__, error, error.errno)
a.sendall(b"in time")
print(b.recv(10))
a.close()
b.close()
