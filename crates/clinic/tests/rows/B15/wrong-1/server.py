import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
with conn, conn.makefile("rw", encoding="utf-8", newline="\n") as f:
    line = f.readline()
    f.write(line.upper())
    f.flush()
listener.close()
