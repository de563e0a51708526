import socket

listener = socket.create_server(("127.0.0.1", 8001))
left, addr = listener.accept()
right, addr = listener.accept()
token = left.recv(1)
right.sendall(token)
left.close()
right.close()
listener.close()
