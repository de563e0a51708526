import socket

s = socket.socket()
s.bind(("127.0.0.1", 1100))
s.listen(1)
conn, addr = s.accept()
user = b""
while len(user) < 3:
    data = conn.recv(3 - len(user))
    if not data:
        break
    user += data
conn.sendall(b"+")
conn.close()
s.close()
assert user == b"bob", user
