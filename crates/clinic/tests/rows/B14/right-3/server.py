import socket

s = socket.create_server(("127.0.0.1", 5001))
conn, addr = s.accept()
length = int(conn.recv(1))
message = b""
while len(message) < length:
    chunk = conn.recv(length - len(message))
    if not chunk:
        break
    message += chunk
conn.close()
s.close()
assert message == b"ping", message
