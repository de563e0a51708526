import socket


def main():
    with socket.create_server(("127.0.0.1", 2525)) as listener:
        conn, addr = listener.accept()
        with conn:
            conn.sendall(b"220 ready")


main()
