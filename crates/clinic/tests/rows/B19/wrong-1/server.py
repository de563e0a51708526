import socket
import struct


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
(length,) = struct.unpack(">I", recv_exactly(conn, 4))
message = recv_exactly(conn, length)
conn.sendall(message)
conn.close()
listener.close()
