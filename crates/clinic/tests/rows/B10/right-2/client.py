import socket

a = socket.create_connection(("127.0.0.1", 9999))
b = socket.create_connection(("127.0.0.1", 9999))
a.sendall(b"a")
b.sendall(b"b")
assert a.recv(1) == b"A"
assert b.recv(1) == b"B"
a.close()
b.close()
