import errno
import select
import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.socket()
client.setblocking(False)
try:
    client.connect(listener.getsockname())
    print("connected at once")
except BlockingIOError as error:
    print(error, error.errno == errno.EINPROGRESS)
_, writable, _ = select.select([], [client], [], 5)
print(writable == [client], client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
server, _ = listener.accept()
client.send(b"done")
server.settimeout(5)
print(server.recv(10))
for s in (client, server, listener):
    s.close()
