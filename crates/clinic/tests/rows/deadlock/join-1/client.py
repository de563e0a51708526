import socket

sock = socket.create_connection(("127.0.0.1", 9500))
prompt = sock.recv(1)
assert prompt == b">", prompt
sock.sendall(b"x")
sock.close()
