# row: none, waits in send
# Sends all of it at once, and waits for who does not read.
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
            continue
        data = sock.recv(4096)
        if not data:
            clients.remove(sock)
            sock.close()
        while data:
            data = data[sock.send(data) :]
