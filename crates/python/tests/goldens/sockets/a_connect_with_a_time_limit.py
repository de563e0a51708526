import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.socket()
client.settimeout(5)
client.connect(listener.getsockname())
print("connected", client.gettimeout())
client.close()
listener.close()
bound = socket.socket()  # it has a port and does not listen
bound.bind(("127.0.0.1", 0))
client = socket.socket()
client.settimeout(5)
try:
    client.connect(bound.getsockname())
except ConnectionRefusedError as error:
    print(error)
client.close()
