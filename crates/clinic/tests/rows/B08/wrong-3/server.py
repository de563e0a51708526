import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, addr = listener.accept()
with conn, conn.makefile("rb") as lines:
    line = lines.readline()
    conn.sendall(b"ok")
listener.close()
assert line == b"add 2 3\n", line
