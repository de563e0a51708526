import socket
import struct

RECORD = struct.Struct("!HBd")
a, b = socket.socketpair()
for values in ((1, 2, 3.5), (65535, 255, -0.25)):
    a.sendall(RECORD.pack(*values))
a.close()
print(RECORD.size)
while data := b.recv(RECORD.size):
    print(RECORD.unpack(data))
b.close()
