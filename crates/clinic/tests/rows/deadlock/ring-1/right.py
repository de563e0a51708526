import socket

hub = socket.create_connection(("127.0.0.1", 8001))
left = socket.create_connection(("127.0.0.1", 8002))
token = hub.recv(1)
left.sendall(token)
left.close()
hub.close()
