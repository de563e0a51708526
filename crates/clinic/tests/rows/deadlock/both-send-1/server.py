import socket

mine = b"A" * 15000

listener = socket.create_server(("127.0.0.1", 6000))
conn, addr = listener.accept()
with conn, conn.makefile("rb") as incoming:
    conn.sendall(mine)
    theirs = incoming.read(15000)
listener.close()
assert theirs == b"B" * 15000
