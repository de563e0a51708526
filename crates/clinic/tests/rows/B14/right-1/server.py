import socket


def recv_exactly(conn, n):
    data = b""
    while len(data) < n:
        chunk = conn.recv(n - len(data))
        if not chunk:
            raise EOFError("closed in the middle")
        data += chunk
    return data


s = socket.socket()
s.bind(("127.0.0.1", 5000))
s.listen(1)
conn, addr = s.accept()
length = int(recv_exactly(conn, 5))
message = recv_exactly(conn, length)
conn.close()
s.close()
assert message == b"ping", message
