import selectors
import socket

selector = selectors.DefaultSelector()
listener = socket.create_server(("127.0.0.1", 6543))
open_clients = 0


def accept(sock):
    global open_clients
    conn, addr = sock.accept()
    selector.register(conn, selectors.EVENT_READ, echo)
    open_clients += 1


def echo(conn):
    global open_clients
    data = conn.recv(16)
    if data:
        conn.sendall(data.upper())
    else:
        selector.unregister(conn)
        conn.close()
        open_clients -= 1


selector.register(listener, selectors.EVENT_READ, accept)
served = False
while open_clients > 0 or not served:
    for key, mask in selector.select():
        key.data(key.fileobj)
        served = True
selector.close()
listener.close()
