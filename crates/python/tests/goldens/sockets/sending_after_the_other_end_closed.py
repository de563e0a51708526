import select
import socket

listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
server.close()
print(client.recv(10))
print("first send:", client.send(b"into the void"))
poll = select.poll()
poll.register(client, 0)
print([events & select.POLLHUP != 0 for _, events in poll.poll()])
try:
    client.send(b"again")
except BrokenPipeError as error:
    print("second send:", error)
client.close()
listener.close()
