import socket
import struct

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
server.close()
try:
    client.recv(10)
except ConnectionResetError as error:
    print(error, error.errno)
print(client.recv(10))
client.close()
listener.close()
