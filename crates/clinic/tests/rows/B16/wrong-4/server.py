import select
import socket

listener = socket.create_server(("127.0.0.1", 5000))
socks = [listener]
while True:
    readable, _, _ = select.select(socks, [], [])
    for sock in readable:
        if sock is listener:
            conn, addr = listener.accept()
            socks.append(conn)
        else:
            data = sock.recv(4096)
            if data:
                sock.sendall(data)
            else:
                socks.remove(sock)
                sock.close()
