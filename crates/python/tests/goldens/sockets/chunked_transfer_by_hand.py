import socket


def receive_chunks(f):
    while True:
        size = int(f.readline().split(b";")[0], 16)
        if size == 0:
            f.readline()
            return
        yield f.read(size)
        f.readline()


a, b = socket.socketpair()
a.sendall(b"5\r\nhello\r\n7;note=x\r\n, world\r\n0\r\n\r\nnext")
a.close()
with b.makefile("rb") as f:
    print(list(receive_chunks(f)))
    print(f.read())
b.close()
