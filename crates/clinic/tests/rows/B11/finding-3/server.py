import socket
import threading


def serve(conn):
    with conn:
        while data := conn.recv(4):
            conn.sendall(data)


listener = socket.socket()
listener.bind(("127.0.0.1", 7070))
listener.listen()
while True:
    conn, addr = listener.accept()
    threading.Thread(target=serve, args=(conn,)).start()
    # wait for the next client
    listener.listen()
