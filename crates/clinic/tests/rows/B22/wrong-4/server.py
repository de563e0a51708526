import socket

listener = socket.create_server(("127.0.0.1", 4444))
conn, addr = listener.accept()
size = 0
while part := conn.recv(16):
    size += len(part)
conn.sendall(b"%d" % size)
conn.close()
listener.close()
