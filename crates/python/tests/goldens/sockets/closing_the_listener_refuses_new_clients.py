import socket

listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()
client = socket.create_connection(address)
server, _ = listener.accept()
listener.close()
try:
    socket.create_connection(address)
except ConnectionRefusedError:
    print("refused")
client.sendall(b"the old connection lives")
print(server.recv(100))
client.close()
server.close()
