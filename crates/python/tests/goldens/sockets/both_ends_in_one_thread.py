import socket

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(1)
client = socket.socket()
client.connect(listener.getsockname())
server, address = listener.accept()
print(address == client.getsockname(), address[0])
client.sendall(b"ping")
print(server.recv(10))
server.sendall(b"pong")
print(client.recv(10))
for s in (client, server, listener):
    s.close()
