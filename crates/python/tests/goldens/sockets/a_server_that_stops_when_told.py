import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))


def serve():
    running = True
    while running:
        connection, _ = listener.accept()
        with connection:
            word = connection.recv(100)
            if word == b"stop":
                running = False
            connection.sendall(b"ok " + word)


thread = threading.Thread(target=serve)
thread.start()
for word in (b"work", b"more", b"stop"):
    with socket.create_connection(listener.getsockname()) as client:
        client.sendall(word)
        print(client.recv(100))
thread.join()
print("the server has ended")
listener.close()
