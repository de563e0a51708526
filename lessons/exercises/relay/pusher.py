# Holds both ends. At one it pushes, at the other it does not read, until nothing is taken any more for a second.
import select
import socket

SIZE = 30000

listener = socket.create_server(("127.0.0.1", 7001))
client = socket.create_connection(("127.0.0.1", 7000))
server, _ = listener.accept()
client.setblocking(False)
data = b"x" * SIZE
while data and select.select([], [client], [], 1)[1]:
    data = data[client.send(data) :]
assert data, "the relay takes all it can get, though nobody reads"
got = 0
while got < SIZE:
    readable, writable, _ = select.select([server], [client] if data else [], [])
    if writable:
        data = data[client.send(data) :]
    if readable:
        part = server.recv(16384)
        assert part, "the end came too soon"
        got += len(part)
client.close()
assert server.recv(1) == b""
server.close()
listener.close()
