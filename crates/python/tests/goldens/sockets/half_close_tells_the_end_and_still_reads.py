import socket
import threading


def summing(listener):
    connection, _ = listener.accept()
    with connection:
        data = b""
        while piece := connection.recv(4):
            data += piece
        total = sum(int(n) for n in data.split())
        connection.sendall(str(total).encode())


listener = socket.create_server(("127.0.0.1", 0))
thread = threading.Thread(target=summing, args=(listener,))
thread.start()
client = socket.create_connection(listener.getsockname())
client.sendall(b"1 2 3 ")
client.sendall(b"40 50")
client.shutdown(socket.SHUT_WR)
print(client.recv(100))
print(client.recv(100))
try:
    client.send(b"more")
except BrokenPipeError as error:
    print(error)
client.close()
thread.join()
listener.close()
