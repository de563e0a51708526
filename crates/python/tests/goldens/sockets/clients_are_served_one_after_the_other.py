import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))


def serve(count):
    for n in range(count):
        connection, _ = listener.accept()
        with connection:
            name = connection.recv(100).decode()
            connection.sendall(f"{name} is number {n}".encode())


thread = threading.Thread(target=serve, args=(3,))
thread.start()
for name in ("Ann", "Bo", "Cy"):
    with socket.create_connection(listener.getsockname()) as client:
        client.sendall(name.encode())
        print(client.recv(100).decode())
thread.join()
listener.close()
