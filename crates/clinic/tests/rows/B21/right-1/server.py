import socket

s = socket.socket()
s.bind(("127.0.0.1", 5000))
s.listen(5)
conn, addr = s.accept()
data = b""
while True:
    chunk = conn.recv(16)
    if chunk == b'':
        break
    data += chunk
conn.close()
s.close()
assert data == b"hello", data
