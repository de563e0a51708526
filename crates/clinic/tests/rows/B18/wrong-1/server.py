import socket


def recv_exactly(conn, n):
    data = b""
    while len(data) < n:
        part = conn.recv(n - len(data))
        if not part:
            raise EOFError("closed in the middle")
        data += part
    return data


listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
length = int(recv_exactly(conn, 2))
text = recv_exactly(conn, length).decode("utf-8")
rest = conn.recv(1)
conn.close()
listener.close()
assert (text, rest) == ("café", b""), (text, rest)
