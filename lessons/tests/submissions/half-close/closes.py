# row: none, Bad file descriptor
# Closes, and can no longer listen.
import socket

sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(b"GET the list")
sock.close()
reply = b""
while part := sock.recv(1024):
    reply += part
sock.close()
print(reply.decode())
