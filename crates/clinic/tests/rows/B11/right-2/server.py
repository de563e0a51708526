import socket

listeners = []
for port in (7001, 7002):
    s = socket.socket()
    s.bind(("127.0.0.1", port))
    s.listen()
    listeners.append(s)

for s in listeners:
    conn, addr = s.accept()
    data = conn.recv(1)
    conn.sendall(data)
    conn.close()
    s.close()
