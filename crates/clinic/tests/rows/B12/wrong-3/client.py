import socket

# a is connected first and says nothing
a = socket.create_connection(("127.0.0.1", 2000))
b = socket.create_connection(("127.0.0.1", 2000))
b.sendall(b"b")
assert b.recv(1) == b"b"
b.close()
a.close()
