import socket


def wait_for_client(listener):
    while True:
        try:
            conn, addr = listener.accept()
            return conn
        except BlockingIOError:
            continue


listener = socket.create_server(("127.0.0.1", 8765))
listener.setblocking(False)
for i in range(2):
    conn = wait_for_client(listener)
    with conn:
        conn.setblocking(True)
        data = conn.recv(1)
        conn.sendall(data)
listener.close()
