import socket

server = socket.create_server(("127.0.0.1", 8080))
conn, addr = server.accept()
conn.sendall(b"<p>hi")
conn.close()
server.close()
