import socket

s = socket.socket()
s.bind(("127.0.0.1", 5000))
s.listen(1)
conn, addr = s.accept()
length = int(conn.recv(5))
message = b""
while len(message) < length:
    chunk = conn.recv(length - len(message))
    if not chunk:
        break
    message += chunk
conn.close()
s.close()
assert message == b"ping", message
