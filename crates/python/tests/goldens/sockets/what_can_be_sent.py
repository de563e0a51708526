import socket

a, b = socket.socketpair()
print(a.send(b"bytes "), a.send(bytearray(b"bytearray ")), a.send(memoryview(b"a window")[2:]), a.send(b""))
print(a.sendall(b"!"))
print(b.recv(100))
a.close()
b.close()
