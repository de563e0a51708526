import socket


def serve(conn):
    with conn, conn.makefile("rw", encoding="utf-8", newline="\n") as f:
        for line in f:
            print(len(line.strip()), file=f, flush=True)


listener = socket.create_server(("127.0.0.1", 5151))
while True:
    conn, addr = listener.accept()
    serve(conn)
