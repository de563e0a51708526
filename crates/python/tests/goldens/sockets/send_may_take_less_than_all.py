import socket

a, b = socket.socketpair()
a.setblocking(False)
data = b"x" * 10_000_000
sent = a.send(data)
print(0 < sent < len(data))
try:
    while True:
        sent += a.send(data)
except BlockingIOError as error:
    print(error)
b.setblocking(False)
received = 0
try:
    while True:
        received += len(b.recv(65536))
except BlockingIOError as error:
    print(error)
print(sent == received)
a.close()
b.close()
