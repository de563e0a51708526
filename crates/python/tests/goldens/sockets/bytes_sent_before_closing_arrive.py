import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
client.sendall(b"z" * 20_000)
client.close()
count = 0
while data := server.recv(1000):
    count += len(data)
print(count)
server.close()
listener.close()
