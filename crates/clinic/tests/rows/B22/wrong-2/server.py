import socket


def handle(conn):
    request = b""
    chunk = conn.recv(8)
    while chunk:
        request += chunk
        chunk = conn.recv(8)
    conn.sendall(request[::-1])


with socket.create_server(("127.0.0.1", 8080)) as listener:
    while True:
        conn, addr = listener.accept()
        with conn:
            handle(conn)
