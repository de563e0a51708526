import socket


def upload(conn):
    total = 0
    while True:
        data = conn.recv(4)
        if not data:
            return total
        total += len(data)


listener = socket.socket()
listener.bind(("127.0.0.1", 2020))
listener.listen()
while True:
    conn, addr = listener.accept()
    with conn:
        conn.sendall(str(upload(conn)).encode())
