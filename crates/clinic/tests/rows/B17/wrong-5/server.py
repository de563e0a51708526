import socket

while True:
    s = socket.socket()
    s.bind(("127.0.0.1", 5000))
    s.listen()
    conn, addr = s.accept()
    conn.sendall(b"hi")
    conn.close()
