# row: B22
# Waits for the answer to a question that has no end.
import socket

sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(b"GET the list")
reply = b""
while part := sock.recv(1024):
    reply += part
sock.close()
print(reply.decode())
