import socket
import struct

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
(length,) = struct.unpack("!I", conn.recv(4))
data = b""
while len(data) < length:
    data += conn.recv(length - len(data))
conn.close()
listener.close()
assert data == b"hello", data
