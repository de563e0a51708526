import socket

a, b = socket.socketpair()
a.sendall(b"line one\nline two\n12345rest")
a.close()
with b.makefile("rb") as f:
    print(f.readline(), f.readline(), f.read(5), f.read(), f.read(), f.readline())
b.close()
