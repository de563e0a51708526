import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
with conn, conn.makefile("rb") as f:
    length = int(f.read(2))
    text = f.read(length).decode("latin-1")
    rest = f.read()
listener.close()
assert (text, rest) == ("café", b""), (text, rest)
