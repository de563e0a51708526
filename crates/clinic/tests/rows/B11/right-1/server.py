import socket

s = socket.socket()
s.bind(("127.0.0.1", 5000))
s.listen(5)
while True:
    conn, addr = s.accept()
    conn.sendall(b"hello")
    conn.close()
