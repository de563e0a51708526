import socket

listener = socket.create_server(("127.0.0.1", 5000))
while True:
    conn, addr = listener.accept()
    data = conn.recv(1)
    conn.sendall(data.upper())
