import socket

a, b = socket.socketpair()
twin = a.dup()
print(twin.fileno() != a.fileno())
a.close()
twin.sendall(b"by the twin")
print(b.recv(100))
b.setblocking(False)
try:
    b.recv(1)
except BlockingIOError:
    print("not ended: the twin is open")
twin.close()
print(b.recv(1))
b.close()
