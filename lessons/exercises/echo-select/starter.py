import select
import socket

listener = socket.create_server(("127.0.0.1", 7000))
clients = []

while True:
    readable, _, _ = select.select([listener] + clients, [], [])
    for sock in readable:
        if sock is listener:
            conn, _ = listener.accept()
            clients.append(conn)
        else:
            data = sock.recv(4096)
            # TODO: what if the client has finished? What if it does not read?
            sock.send(data)
