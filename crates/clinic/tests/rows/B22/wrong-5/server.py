import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
request = b""
while True:
    data = conn.recv(1024)
    if not data:
        break
    request += data
conn.sendall(b"you said " + request)
conn.close()
listener.close()
