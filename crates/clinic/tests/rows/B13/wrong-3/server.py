import socket

with socket.create_server(("127.0.0.1", 7654)) as listener:
    conn, addr = listener.accept()
    with conn:
        conn.sendall(b"1\n")
        conn.sendall(b"2\n")
