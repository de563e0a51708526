# Speaks first, and answers each word as it comes.
import socket

listener = socket.create_server(("127.0.0.1", 7001))
conn, _ = listener.accept()
conn.sendall(b"name?")
assert conn.recv(1) == b"x"
conn.sendall(b"!")
assert conn.recv(1) == b""
conn.close()
listener.close()
