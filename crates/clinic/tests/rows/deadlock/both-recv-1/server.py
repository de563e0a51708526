import socket

listener = socket.create_server(("127.0.0.1", 7100))
conn, addr = listener.accept()
question = conn.recv(1)
if question:
    conn.sendall(b"!")
conn.close()
listener.close()
