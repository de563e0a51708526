import socket
import threading


def pong(s):
    while data := s.recv(4):
        n = int.from_bytes(data, "big")
        s.sendall((n + 1).to_bytes(4, "big"))
    s.close()


a, b = socket.socketpair()
thread = threading.Thread(target=pong, args=(b,))
thread.start()
n = 0
for _ in range(50):
    a.sendall(n.to_bytes(4, "big"))
    n = int.from_bytes(a.recv(4), "big")
a.close()
thread.join()
print(n)
