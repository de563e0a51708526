import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
data = b""
while len(data) != 5:
    data += conn.recv(1024)
more = conn.recv(1024)
conn.close()
listener.close()
assert (data, more) == (b"hello", b"!"), (data, more)
