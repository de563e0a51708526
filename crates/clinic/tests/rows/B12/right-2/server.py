import select
import socket

listener = socket.create_server(("127.0.0.1", 2000))
sockets = [listener]
left = 2
while left > 0:
    readable, writable, errors = select.select(sockets, [], [])
    for s in readable:
        if s is listener:
            conn, addr = listener.accept()
            sockets.append(conn)
        else:
            data = s.recv(8)
            if data:
                s.sendall(data)
            else:
                sockets.remove(s)
                s.close()
                left -= 1
listener.close()
