import os
import socket

a, b = socket.socketpair()
os.close(a.detach())
print(b.recv(10))
try:
    os.close(9999)
except OSError as error:
    print(error)
b.close()
