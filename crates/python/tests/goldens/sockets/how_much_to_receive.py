import socket

a, b = socket.socketpair()
a.sendall(b"abc")
print(b.recv(0), b.recv(1), b.recv(1000))
for bad in (-1, "10", None, 1.5):
    try:
        b.recv(bad)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    b.recv()
except TypeError as error:
    print(error)
a.close()
b.close()
