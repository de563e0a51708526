import socket

listener = socket.create_server(("127.0.0.1", 5000))


def receive(sock):
    return sock.recv(1024)


conn, addr = listener.accept()
data = b""
while part := receive(conn):
    data += part
conn.sendall(data.lower())
conn.close()
listener.close()
