import select
import socket
import threading

listener = socket.create_server(("127.0.0.1", 0))


def serve(clients):
    connections = []
    served = 0
    while served < clients:
        readable, _, _ = select.select([listener] + connections, [], [])
        for s in readable:
            if s is listener:
                connection, _ = listener.accept()
                connections.append(connection)
            elif data := s.recv(100):
                s.sendall(data.upper())
            else:
                connections.remove(s)
                s.close()
                served += 1
    print("served", served)


thread = threading.Thread(target=serve, args=(3,))
thread.start()
clients = [socket.create_connection(listener.getsockname()) for _ in range(3)]
for i, client in enumerate(clients):
    client.sendall(f"client {i}".encode())
for client in reversed(clients):
    print(client.recv(100))
for client in clients:
    client.close()
thread.join()
listener.close()
