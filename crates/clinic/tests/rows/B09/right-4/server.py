import socket

listener = socket.create_server(("127.0.0.1", 8000))
conn, addr = listener.accept()
with conn.makefile("rb") as f:
    command = f.read(4)
conn.close()
listener.close()
assert command == b"stop", command
