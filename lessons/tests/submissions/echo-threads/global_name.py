# row: B10
# The threads share one name.
import socket
import threading


def serve():
    while True:
        data = conn.recv(1024)
        if not data:
            break
        conn.sendall(data)
    conn.close()


listener = socket.create_server(("127.0.0.1", 7000))
while True:
    conn, _ = listener.accept()
    threading.Thread(target=serve, args=()).start()
