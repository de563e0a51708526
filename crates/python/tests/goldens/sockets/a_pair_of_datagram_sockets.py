import socket

a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.send(b"first")
a.send(b"second")
print(b.recv(100), b.recv(3))
b.setblocking(False)
try:
    b.recv(100)
except BlockingIOError:
    print("the rest of the second is lost")
a.close()
b.close()
