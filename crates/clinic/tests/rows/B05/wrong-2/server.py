import socket


def echo(conn):
    data = conn.recv(64)
    while data != "":
        conn.sendall(data)
        data = conn.recv(64)


def main():
    with socket.create_server(("127.0.0.1", 7007)) as listener:
        while True:
            conn, addr = listener.accept()
            with conn:
                echo(conn)


main()
