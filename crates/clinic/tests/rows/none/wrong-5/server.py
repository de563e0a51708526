import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
data = b""
while part := conn.recv(100):
    data += part
conn.close()
listener.close()
assert data == b"hello", data
