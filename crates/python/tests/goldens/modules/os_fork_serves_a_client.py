import os
import socket

listener = socket.create_server(("127.0.0.1", 0))
pid = os.fork()
if pid == 0:
    connection, _ = listener.accept()
    connection.sendall(connection.recv(100)[::-1])
    connection.close()
    os._exit(0)
with socket.create_connection(listener.getsockname()) as client:
    client.sendall(b"abc")
    print(client.recv(100), client.recv(100))
print(os.waitpid(pid, 0)[1])
listener.close()
