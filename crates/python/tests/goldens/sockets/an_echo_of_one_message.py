import socket
import threading


def serve(listener):
    connection, address = listener.accept()
    data = connection.recv(100)
    connection.sendall(data)
    connection.close()


listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
listener.bind(("127.0.0.1", 0))
listener.listen()
thread = threading.Thread(target=serve, args=(listener,))
thread.start()
client = socket.socket()
client.connect(listener.getsockname())
client.sendall(b"hello")
print(client.recv(100))
print(client.recv(100))
thread.join()
client.close()
listener.close()
