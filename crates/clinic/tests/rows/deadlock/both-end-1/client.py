import socket

sock = socket.socket()
sock.connect(("127.0.0.1", 2020))
for line in ("ab", "cd"):
    sock.sendall(line.encode())
answer = sock.recv(1)
sock.close()
assert answer == b"4", answer
