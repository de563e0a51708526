import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind(("127.0.0.1", 5000))
s.listen(1)
conn, addr = s.accept()
name = b""
while not name.endswith(b"\n"):
    part = conn.recv(1024)
    if not part:
        break
    name += part
conn.sendall(b"hi " + name)
conn.close()
s.close()
