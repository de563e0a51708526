import socket

a = socket.create_connection(("127.0.0.1", 4545))
b = socket.create_connection(("127.0.0.1", 4545))
b.sendall(b"b")
assert b.recv(1) == b"b"
a.sendall(b"a")
assert a.recv(1) == b"a"
a.close()
b.close()
