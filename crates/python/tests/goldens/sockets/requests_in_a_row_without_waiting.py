import socket
import threading


def serve(s):
    with s, s.makefile("rb") as f:
        for line in f:
            a, b = line.split()
            s.sendall(f"{int(a) + int(b)}\n".encode())


a, b = socket.socketpair()
thread = threading.Thread(target=serve, args=(b,))
thread.start()
a.sendall(b"1 2\n3 4\n5 6\n")
a.shutdown(socket.SHUT_WR)
with a.makefile("r") as answers:
    print([int(line) for line in answers])
a.close()
thread.join()
