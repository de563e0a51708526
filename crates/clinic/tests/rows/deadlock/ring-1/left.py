import socket

listener = socket.create_server(("127.0.0.1", 8002))
hub = socket.create_connection(("127.0.0.1", 8001))
right, addr = listener.accept()
token = right.recv(1)
hub.sendall(token)
right.close()
hub.close()
listener.close()
