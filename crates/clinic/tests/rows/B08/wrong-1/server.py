import socket

s = socket.socket()
s.bind(("127.0.0.1", 5000))
s.listen(1)
conn, addr = s.accept()
data = b""
while True:
    part = conn.recv(1024)
    if not part:
        break
    data += part
conn.close()
s.close()
assert data == b"Hello server", data
