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


listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
first = read_line(conn)
second = read_line(conn)
conn.sendall(b"!")
conn.close()
listener.close()
assert (first, second) == (b"a", b"b"), (first, second)
