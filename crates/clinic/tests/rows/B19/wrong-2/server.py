import socket


def main():
    with socket.create_server(("127.0.0.1", 9000)) as listener:
        conn, addr = listener.accept()
        with conn:
            data = "hey".encode()
            conn.sendall(len(data).to_bytes(2, "little"))
            conn.sendall(data)


main()
