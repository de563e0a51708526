import socket

a = socket.create_connection(("127.0.0.1", 2000))
b = socket.create_connection(("127.0.0.1", 2000))
b.sendall(b"b")
assert b.recv(1) == b"b"
b.close()
a.sendall(b"a")
assert a.recv(1) == b"a"
a.close()
