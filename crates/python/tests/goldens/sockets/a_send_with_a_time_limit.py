import socket

a, b = socket.socketpair()
a.settimeout(0.05)
sent = 0
try:
    while True:
        sent += a.send(b"x" * 50_000)
except TimeoutError as error:
    print(error, sent > 0)
try:
    a.sendall(b"y" * 10_000_000)
except TimeoutError as error:
    print(error)
a.close()
b.close()
