import socket


def send_message(conn, text):
    data = text.encode()
    header = str(len(data)).zfill(5)
    conn.sendall(header.encode())
    conn.sendall(data)


with socket.create_server(("127.0.0.1", 9500)) as listener:
    while True:
        conn, addr = listener.accept()
        with conn:
            send_message(conn, "ok")
