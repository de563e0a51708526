import socket

listener = socket.create_server(("127.0.0.1", 4545))
clients = []
for i in range(2):
    conn, addr = listener.accept()
    conn.setblocking(False)
    clients.append(conn)
while clients:
    for conn in list(clients):
        try:
            data = conn.recv(1)
        except BlockingIOError:
            continue
        if data:
            conn.sendall(data)
        else:
            conn.close()
            clients.remove(conn)
listener.close()
