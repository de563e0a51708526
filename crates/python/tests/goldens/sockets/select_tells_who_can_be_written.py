import select
import socket

a, b = socket.socketpair()
print(select.select([], [a], [], 0)[1] == [a])
a.setblocking(False)
try:
    while True:
        a.send(b"x" * 65536)
except BlockingIOError:
    pass
print(select.select([], [a], [], 0))
b.setblocking(False)
try:
    while True:
        b.recv(65536)
except BlockingIOError:
    pass
print(select.select([], [a], [], 5)[1] == [a])
a.close()
b.close()
