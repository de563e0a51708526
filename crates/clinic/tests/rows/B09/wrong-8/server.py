import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
request = conn.recv(1024).decode()
first = request.split("\r\n")[0]
method, path, version = first.split(" ")
conn.sendall(path.encode())
conn.close()
listener.close()
