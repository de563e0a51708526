# Reads in bites, thinks for a while, and answers piece by piece.
import socket
import time

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
request = b""
while part := conn.recv(7):
    request += part
assert request == b"GET the list", request
time.sleep(2)
for part in (b"app", b"les, ", b"pears"):
    conn.sendall(part)
    time.sleep(0.1)
conn.close()
listener.close()
