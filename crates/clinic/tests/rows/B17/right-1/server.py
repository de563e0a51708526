import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind(("127.0.0.1", 5000))
s.listen(1)
while True:
    conn, addr = s.accept()
    data = conn.recv(1)
    conn.sendall(data)
    conn.close()
