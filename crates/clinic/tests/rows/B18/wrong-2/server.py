import socket
import struct

listener = socket.create_server(("127.0.0.1", 4000))
conn, addr = listener.accept()
words = []
with conn, conn.makefile("rb") as f:
    while header := f.read(1):
        (length,) = struct.unpack("!B", header)
        words.append(f.read(length))
listener.close()
assert words == ["né".encode(), b"ok"], words
