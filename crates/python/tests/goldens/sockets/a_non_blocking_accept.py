import socket

listener = socket.create_server(("127.0.0.1", 0))
listener.setblocking(False)
try:
    listener.accept()
except BlockingIOError as error:
    print(error)
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
print(server.getblocking(), server.gettimeout())
for s in (client, server, listener):
    s.close()
