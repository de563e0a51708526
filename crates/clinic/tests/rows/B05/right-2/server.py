import socket


def receive_all(conn):
    chunks = []
    chunk = conn.recv(4)
    while chunk:
        chunks.append(chunk)
        chunk = conn.recv(4)
    return b"".join(chunks).decode()


with socket.create_server(("127.0.0.1", 5050)) as listener:
    conn, addr = listener.accept()
    with conn:
        text = receive_all(conn)
        if text == '':
            print("nothing came")
        else:
            assert text == "bye", text
