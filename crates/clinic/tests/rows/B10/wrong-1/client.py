import socket

address = ("127.0.0.1", 5000)
one = socket.create_connection(address)
one.sendall(b"1")
assert one.recv(1) == b"1"
two = socket.create_connection(address)
two.sendall(b"2")
assert two.recv(1) == b"2"
one.sendall(b"3")
answer = one.recv(1)
assert answer == b"3", answer
two.sendall(b"4")
answer = two.recv(1)
assert answer == b"4", answer
one.close()
two.close()
