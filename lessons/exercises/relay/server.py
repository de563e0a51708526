# Answers when it has read the whole request.
import socket

listener = socket.create_server(("127.0.0.1", 7001))
conn, _ = listener.accept()
request = b""
while part := conn.recv(100):
    request += part
conn.sendall(request.upper())
conn.close()
listener.close()
