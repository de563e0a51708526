import socket


def serve(conn):
    while True:
        data = conn.recv(1024)
        if not data:
            break
        conn.sendall(data)
    conn.close()


listener = socket.create_server(("127.0.0.1", 7000))
while True:
    conn, _ = listener.accept()
    # TODO: while this client is served, the next one waits
    serve(conn)
