import socket
import threading

count = 0


def handle(conn):
    global count
    lines = conn.makefile("rb")
    while (line := lines.readline()) is not None:
        if line == b"x\n":
            count = 1
    lines.close()
    conn.close()


listener = socket.create_server(("127.0.0.1", 4000))
conn, addr = listener.accept()
worker = threading.Thread(target=handle, args=(conn,))
worker.start()
worker.join()
listener.close()
assert count == 1
