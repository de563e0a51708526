import socket

listener = socket.create_server(("127.0.0.1", 8765))
for i in range(2):
    conn, addr = listener.accept()
    with conn:
        data = conn.recv(1)
        conn.sendall(data)
listener.close()
