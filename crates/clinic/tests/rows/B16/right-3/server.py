import socket


def echo(conn):
    while True:
        data = conn.recv(4096)
        if not data:
            break
        conn.sendall(data)
    conn.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 7007))
listener.listen()
while True:
    conn, addr = listener.accept()
    echo(conn)
