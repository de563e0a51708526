import socket


def main():
    listener = socket.create_server(("127.0.0.1", 1313))
    while True:
        conn, addr = listener.accept()
        conn.sendall(b"12:30")
        conn.close()


main()
