import socket


def session(conn):
    with conn, conn.makefile("rwb") as f:
        f.write(b"220 hello\n")
        name = f.readline()
        f.write(b"250 " + name)
        f.flush()


with socket.create_server(("127.0.0.1", 2525)) as listener:
    while True:
        conn, addr = listener.accept()
        session(conn)
