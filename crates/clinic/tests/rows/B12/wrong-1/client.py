import socket

first = socket.socket()
first.connect(("127.0.0.1", 5000))
second = socket.socket()
second.connect(("127.0.0.1", 5000))
second.sendall(b"2")
assert second.recv(1) == b"2"
second.close()
first.sendall(b"1")
assert first.recv(1) == b"1"
first.close()
