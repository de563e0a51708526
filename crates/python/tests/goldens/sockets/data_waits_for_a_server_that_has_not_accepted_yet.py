import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
client.sendall(b"sent before accept")
client.close()
print("the client is gone")
server, address = listener.accept()
print(server.recv(100))
print(server.recv(100))
server.close()
listener.close()
