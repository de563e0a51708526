import socket

a, b = socket.socketpair()
b.setblocking(False)
f = a.makefile("w")
f.write("hello\n")
try:
    print(b.recv(10))
except BlockingIOError:
    print("still in the program's buffer")
f.flush()
print(b.recv(10))
print("printed", 5, file=f, flush=True)
print(b.recv(20))
f.close()
a.close()
print(b.recv(10))
b.close()
