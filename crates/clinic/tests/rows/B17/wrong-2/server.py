import socket
import threading

clients = []


def handle(conn):
    while True:
        data = conn.recv(16)
        if not data:
            return
        conn.sendall(data)
    conn.close()


def main():
    listener = socket.create_server(("127.0.0.1", 6000))
    while True:
        conn, addr = listener.accept()
        clients.append(conn)
        threading.Thread(target=handle, args=(conn,)).start()


main()
