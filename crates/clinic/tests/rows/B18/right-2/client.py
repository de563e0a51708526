import socket

s = socket.socket()
s.connect(("127.0.0.1", 3030))
for name in ("Zoë", "Al"):
    s.sendall(name.encode().ljust(4))
s.close()
