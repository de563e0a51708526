import select
import socket

listener = socket.create_server(("127.0.0.1", 7000))
waiting = {}  # what each connection has yet to be sent

while True:
    reads = [listener] + [conn for conn in waiting if not waiting[conn]]
    writes = [conn for conn in waiting if waiting[conn]]
    readable, writable, _ = select.select(reads, writes, [])
    for sock in readable:
        if sock is listener:
            conn, _ = listener.accept()
            conn.setblocking(False)
            waiting[conn] = b""
        else:
            data = sock.recv(4096)
            if data:
                waiting[sock] = data
            else:
                del waiting[sock]
                sock.close()
    for sock in writable:
        taken = sock.send(waiting[sock])
        waiting[sock] = waiting[sock][taken:]
