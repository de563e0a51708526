import socket


def recv_exactly(conn, n):
    data = b""
    while len(data) < n:
        part = conn.recv(n - len(data))
        if not part:
            raise EOFError("closed in the middle of a message")
        data += part
    return data


listener = socket.create_server(("127.0.0.1", 4321))
conn, addr = listener.accept()
with conn:
    user = recv_exactly(conn, 3)
    word = recv_exactly(conn, 4)
listener.close()
assert (user, word) == (b"bob", b"1234"), (user, word)
