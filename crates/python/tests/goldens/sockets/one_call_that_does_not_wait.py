import socket

a, b = socket.socketpair()
try:
    b.recv(10, socket.MSG_DONTWAIT)
except BlockingIOError as error:
    print(error)
print(b.getblocking())
a.sendall(b"data")
print(b.recv(10, socket.MSG_DONTWAIT))
a.close()
b.close()
