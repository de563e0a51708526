import socket
import sys

WIDTH = 4

s = socket.socket()
s.bind(("127.0.0.1", 3030))
s.listen(1)
conn, addr = s.accept()
data = b""
while True:
    part = conn.recv(100)
    if not part:
        break
    data += part
conn.close()
s.close()
names = [data[i:i + WIDTH].strip() for i in range(0, len(data), WIDTH)]
if names != ["Zoë".encode(), b"Al"]:
    sys.exit("wrong names: " + str(names))
