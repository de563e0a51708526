import selectors
import socket

listener = socket.create_server(("127.0.0.1", 4545))
selector = selectors.DefaultSelector()
for i in range(2):
    conn, addr = listener.accept()
    conn.setblocking(False)
    selector.register(conn, selectors.EVENT_READ)
left = 2
while left:
    for key, events in selector.select():
        conn = key.fileobj
        data = conn.recv(1)
        if data:
            conn.sendall(data)
        else:
            selector.unregister(conn)
            conn.close()
            left -= 1
selector.close()
listener.close()
