import socket
import sys

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
print("a client", file=sys.stderr)
with conn, conn.makefile("rw") as f:
    name = f.readline()
    f.write("hello\n")
