import socket
import threading


def serve(conn):
    # echo until the client goes away
    while True:
        data = conn.recv(16)
        if not data:
            break
        conn.sendall(data)
    conn.close()


listener = socket.socket()
listener.bind(("127.0.0.1", 5004))
listener.listen()
while True:
    conn, addr = listener.accept()
    t = threading.Thread(target=serve, args=(conn,))
    t.run()
