import select
import socket

a, b = socket.socketpair()
print(select.select([a, b], [], [], 0.05))
print(select.select([a], [], [], 0))
b.close()
print(select.select([a], [], [], 0.05)[0] == [a])
a.close()
