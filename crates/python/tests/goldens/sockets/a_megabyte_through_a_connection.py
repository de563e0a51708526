import socket
import threading

SIZE = 1_000_000
listener = socket.create_server(("127.0.0.1", 0))
received = []


def drain():
    connection, _ = listener.accept()
    with connection:
        count = 0
        total = 0
        while data := connection.recv(65536):
            count += len(data)
            total += sum(data)
        received.append((count, total))


thread = threading.Thread(target=drain)
thread.start()
with socket.create_connection(listener.getsockname()) as client:
    client.sendall(bytes(range(250)) * (SIZE // 250))
thread.join()
print(received)
listener.close()
