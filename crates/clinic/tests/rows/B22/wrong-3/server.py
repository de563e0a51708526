import socket

listener = socket.create_server(("127.0.0.1", 3333))
conn, addr = listener.accept()
with conn, conn.makefile("rw", encoding="utf-8") as f:
    name = f.read()
    f.write("hi " + name)
    f.flush()
listener.close()
