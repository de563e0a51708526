import socket

listener = socket.create_server(("127.0.0.1", 4000))
conn, addr = listener.accept()
count = 0
with conn, conn.makefile("rb") as lines:
    for line in lines:
        count += 1
listener.close()
assert count == 2, count
