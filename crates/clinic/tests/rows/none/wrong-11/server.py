import socket

listener = socket.create_server(("127.0.0.1", 5000))
while True:
    conn, addr = listener.accept()
    name = conn.recv(1024)
    conn.sendall(b"hello")
    conn.close()
