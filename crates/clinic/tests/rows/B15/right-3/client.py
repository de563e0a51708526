import socket

sock = socket.socket()
sock.connect(("127.0.0.1", 1100))
with sock.makefile("wb") as writer:
    writer.write(b"bob")
answer = sock.recv(1)
sock.close()
assert answer == b"+", answer
