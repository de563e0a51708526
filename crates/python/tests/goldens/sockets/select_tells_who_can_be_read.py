import select
import socket

a, b = socket.socketpair()
c, d = socket.socketpair()
print(select.select([b, d], [], [], 0))
a.sendall(b"x")
ready, _, _ = select.select([b, d], [], [])
print(ready == [b], ready[0].recv(1))
c.close()
ready, _, _ = select.select([b, d], [], [], 1)
print(ready == [d], d.recv(1))
for s in (a, b, d):
    s.close()
