from socket import *
from threading import *


def serve(listener):
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(100):
            connection.sendall(data.upper())


listener = socket(AF_INET, SOCK_STREAM)
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", 0))
listener.listen(1)
thread = Thread(target=serve, args=(listener,))
thread.start()

client = socket(AF_INET, SOCK_STREAM)
client.connect(listener.getsockname())
client.send(b"star")
print(client.recv(100))
client.shutdown(SHUT_WR)
print(client.recv(100), isinstance(client, socket))
thread.join()

try:
    socket(AF_INET, SOCK_STREAM).connect(("127.0.0.1", listener.getsockname()[1], 3))
except (error, gaierror, TypeError, timeout) as problem:
    print(type(problem).__name__)
