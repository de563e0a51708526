import socket
import threading

lock = threading.Lock()
total = 0


def handle(conn):
    global total
    with conn:
        with lock:
            number = conn.recv(1)
            total += int(number)
        conn.sendall(b"k")


listener = socket.create_server(("127.0.0.1", 9400))
for i in range(2):
    conn, addr = listener.accept()
    threading.Thread(target=handle, args=(conn,)).start()
listener.close()
