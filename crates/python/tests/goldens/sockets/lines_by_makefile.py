import socket

a, b = socket.socketpair()
a.sendall("first\nsecond\r\nthird ü\nend".encode())
a.close()
with b.makefile("r", encoding="utf-8", newline="\n") as lines:
    print(repr(lines.readline()))
    for line in lines:
        print(repr(line))
    print(repr(lines.readline()))
b.close()
