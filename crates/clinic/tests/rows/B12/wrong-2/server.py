import socket


def serve(conn):
    with conn, conn.makefile("rwb") as f:
        for line in f:
            f.write(line.upper())
            f.flush()


listener = socket.create_server(("127.0.0.1", 6543))
while True:
    conn, addr = listener.accept()
    serve(conn)
