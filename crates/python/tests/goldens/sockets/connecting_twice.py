import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.socket()
client.connect(listener.getsockname())
try:
    client.connect(listener.getsockname())
except OSError as error:
    print(type(error).__name__, error)
client.close()
listener.close()
