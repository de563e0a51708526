import selectors
import socket
import threading

selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", 0))
open_clients = 0


def accept(s):
    global open_clients
    connection, _ = s.accept()
    connection.setblocking(False)
    selector.register(connection, selectors.EVENT_READ, echo)
    open_clients += 1


def echo(connection):
    global open_clients
    if data := connection.recv(100):
        connection.sendall(data[::-1])
    else:
        selector.unregister(connection)
        connection.close()
        open_clients -= 1


def serve():
    selector.register(listener, selectors.EVENT_READ, accept)
    served = False
    while open_clients or not served:
        for key, events in selector.select():
            key.data(key.fileobj)
            served = True


thread = threading.Thread(target=serve)
thread.start()
clients = [socket.create_connection(listener.getsockname()) for _ in range(2)]
for text, client in zip((b"abc", b"xyz"), clients):
    client.sendall(text)
for client in clients:
    print(client.recv(100))
for client in clients:
    client.close()
thread.join()
selector.close()
listener.close()
