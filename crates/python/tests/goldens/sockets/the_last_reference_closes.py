import socket

a, b = socket.socketpair()
a.sendall(b"last words")
other = a
a = None
b.setblocking(False)
print(b.recv(100))
try:
    b.recv(100)
except BlockingIOError:
    print("still open: there is another name")
other = None
print(b.recv(100))


def use():
    c, d = socket.socketpair()
    return d


print(use().recv(10))
b.close()
