import socket
import threading


def handle():
    data = conn.recv(1)
    conn.sendall(data)
    conn.close()


listener = socket.create_server(("127.0.0.1", 5001))
for n in range(2):
    conn, addr = listener.accept()
    t = threading.Thread(target=handle)
    t.start()
    t.join()
listener.close()
