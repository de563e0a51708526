import socket

a, b = socket.socketpair()
twin = a.dup()
a.shutdown(socket.SHUT_WR)
try:
    twin.send(b"x")
except BrokenPipeError as error:
    print(error)
print(b.recv(1))
for s in (a, b, twin):
    s.close()
