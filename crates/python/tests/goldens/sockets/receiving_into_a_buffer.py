import socket

a, b = socket.socketpair()
buffer = bytearray(8)
a.sendall(b"abcde")
print(b.recv_into(buffer), buffer)
a.sendall(b"XYZ")
print(b.recv_into(memoryview(buffer)[5:]), buffer)
a.sendall(b"12345")
print(b.recv_into(buffer, 2), buffer, b.recv(10))
a.close()
print(b.recv_into(buffer))
b.close()
