import socket

a, b = socket.socketpair()
a.settimeout(0.05)
b.settimeout(0.05)
for name, s in (("a", a), ("b", b)):
    try:
        s.recv(1)
    except TimeoutError:
        print(name, "gave up: both wait for the other")
a.close()
b.close()
