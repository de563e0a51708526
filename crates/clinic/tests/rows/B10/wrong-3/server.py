import socket
import threading

current = None


def reply(text):
    current.sendall(text)


def client_thread(conn):
    with conn:
        while True:
            data = conn.recv(1)
            if not data:
                break
            reply(data)


def main():
    global current
    listener = socket.create_server(("127.0.0.1", 3000))
    while True:
        conn, addr = listener.accept()
        current = conn
        thread = threading.Thread(target=client_thread, args=(conn,))
        thread.start()


main()
