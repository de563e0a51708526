import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))
lock = threading.Lock()
total = 0


def handle(connection):
    global total
    with connection:
        while data := connection.recv(16):
            with lock:
                total += len(data)
        connection.sendall(b"thanks")


def serve(count):
    threads = []
    for _ in range(count):
        connection, _ = listener.accept()
        thread = threading.Thread(target=handle, args=(connection,))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()


server = threading.Thread(target=serve, args=(4,))
server.start()
clients = [socket.create_connection(listener.getsockname()) for _ in range(4)]
for n, client in enumerate(clients):
    client.sendall(b"x" * (n + 1) * 10)
    client.shutdown(socket.SHUT_WR)
for client in clients:
    print(client.recv(100))
    client.close()
server.join()
print(total)
listener.close()
