import socket
import threading


def handle(conn):
    with conn:
        while True:
            data = conn.recv(16)
            if not data:
                return
            conn.sendall(data)


def main():
    with socket.create_server(("127.0.0.1", 6000)) as listener:
        while True:
            conn, addr = listener.accept()
            threading.Thread(target=handle, args=(conn,)).start()


main()
