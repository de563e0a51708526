import socket
import threading


def answer(conn):
    with conn:
        conn.sendall(b"time?")


listener = socket.create_server(("127.0.0.1", 9090))
for _ in range(2):
    conn, addr = listener.accept()
    threading.Thread(target=answer, args=(conn,)).run()
listener.close()
