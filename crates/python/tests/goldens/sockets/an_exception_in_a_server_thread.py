import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))


def serve():
    connection, _ = listener.accept()
    with connection:
        number = int(connection.recv(100))
        connection.sendall(str(number * 2).encode())


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(listener.getsockname()) as client:
    client.sendall(b"not a number")
    print(client.recv(100))
thread.join()
listener.close()
