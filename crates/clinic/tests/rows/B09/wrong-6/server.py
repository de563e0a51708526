import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
data = b""
while True:
    part = conn.recv(1024)
    data += part
    if len(part) < 1024:
        break
conn.sendall(b"got " + data)
conn.close()
listener.close()
