import socket

one = socket.create_connection(("127.0.0.1", 5001))
two = socket.create_connection(("127.0.0.1", 5001))
one.sendall(b"1")
assert one.recv(1) == b"1"
two.sendall(b"2")
assert two.recv(1) == b"2"
one.close()
two.close()
