# Reads the request to its end, and only then answers.
import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
request = b""
while part := conn.recv(1024):
    request += part
assert request == b"GET the list", request
conn.sendall(b"apples, pears")
conn.close()
listener.close()
