import socket
import threading


def upper(listener):
    connection, _ = listener.accept()
    with connection:
        while data := connection.recv(100):
            connection.sendall(data.upper())


def pump(source, target):
    while data := source.recv(100):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def proxy(listener, address):
    connection, _ = listener.accept()
    with connection, socket.create_connection(address) as behind:
        back = threading.Thread(target=pump, args=(behind, connection))
        back.start()
        pump(connection, behind)
        back.join()


server = socket.create_server(("127.0.0.1", 0))
front = socket.create_server(("127.0.0.1", 0))
threads = [threading.Thread(target=upper, args=(server,)), threading.Thread(target=proxy, args=(front, server.getsockname()))]
for thread in threads:
    thread.start()
with socket.create_connection(front.getsockname()) as client:
    client.sendall(b"through the proxy")
    client.shutdown(socket.SHUT_WR)
    data = b""
    while piece := client.recv(100):
        data += piece
print(data)
for thread in threads:
    thread.join()
server.close()
front.close()
