import socket


def read_all(conn):
    data = b""
    while part := conn.recv(16):
        data += part
    return data


with socket.create_server(("127.0.0.1", 6565)) as listener:
    conn, addr = listener.accept()
    with conn:
        text = read_all(conn)
assert text == b"goodbye", text
