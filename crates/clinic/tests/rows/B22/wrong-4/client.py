import socket

sock = socket.create_connection(("127.0.0.1", 4444))
reader = sock.dup()
sock.sendall(b"xyz")
# finished sending
sock.close()
answer = reader.recv(1)
reader.close()
assert answer == b"3", answer
