import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))


def send_slowly():
    with socket.create_connection(listener.getsockname()) as client:
        for piece in (b"ab", b"cd", b"ef"):
            client.sendall(piece)


thread = threading.Thread(target=send_slowly)
thread.start()
server, _ = listener.accept()
print(server.recv(5, socket.MSG_WAITALL))
print(server.recv(5, socket.MSG_WAITALL))
thread.join()
server.close()
listener.close()
