import socket


def read_line(conn):
    data = b""
    while b"\n" not in data:
        part = conn.recv(64)
        if not part:
            raise EOFError("line without an end")
        data += part
    line, _, rest = data.partition(b"\n")
    return line


listener = socket.create_server(("127.0.0.1", 5001))
conn, addr = listener.accept()
for expected in (b"a", b"b"):
    assert read_line(conn) == expected
    conn.sendall(b"!")
conn.close()
listener.close()
