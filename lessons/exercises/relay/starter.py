import socket

listener = socket.create_server(("127.0.0.1", 7000))
client, _ = listener.accept()
server = socket.create_connection(("127.0.0.1", 7001))
# TODO: both ways, piece by piece, and tell each side when the other has finished
request = client.recv(4096)
server.sendall(request)
reply = server.recv(4096)
client.sendall(reply)
client.close()
server.close()
listener.close()
