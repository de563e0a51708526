import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"x")
answer = sock.recv(1)
sock.close()
assert answer == b"x", answer
