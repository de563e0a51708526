import socket
import threading

HOST = "127.0.0.1"
PORT = 12345


def handle_client(conn):
    with conn:
        line = b""
        while not line.endswith(b"\n"):
            c = conn.recv(1)
            if c == b"":
                return
            line += c
        conn.sendall(line)


with socket.create_server((HOST, PORT)) as s:
    workers = []
    while len(workers) < 2:
        conn, addr = s.accept()
        workers.append(threading.Thread(target=handle_client, args=(conn,)))
    for w in workers:
        w.run()
