import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))


def serve():
    members = []
    for _ in range(3):
        connection, _ = listener.accept()
        members.append(connection)
    for speaker in members:
        line = speaker.recv(100)
        for member in members:
            if member is not speaker:
                member.sendall(line)
    for member in members:
        member.close()


thread = threading.Thread(target=serve)
thread.start()
clients = []
for name in ("Ann", "Bo", "Cy"):
    client = socket.create_connection(listener.getsockname())
    client.sendall(f"{name} says hello\n".encode())
    clients.append(client)
for client in clients:
    with client, client.makefile("r") as lines:
        print([line.strip() for line in lines])
thread.join()
listener.close()
