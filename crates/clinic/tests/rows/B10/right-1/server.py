import socket
import threading


def handle(conn):
    # echo one byte, then another
    for i in range(2):
        data = conn.recv(1)
        conn.sendall(data)
    conn.close()


listener = socket.create_server(("127.0.0.1", 5000))
threads = []
for n in range(2):
    conn, addr = listener.accept()
    t = threading.Thread(target=handle, args=(conn,))
    t.start()
    threads.append(t)
for t in threads:
    t.join()
listener.close()
