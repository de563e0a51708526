import socket

a = socket.create_connection(("127.0.0.1", 9400))
b = socket.create_connection(("127.0.0.1", 9400))
b.sendall(b"2")
assert b.recv(1) == b"k"
a.sendall(b"1")
assert a.recv(1) == b"k"
a.close()
b.close()
