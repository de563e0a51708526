import socket

server = socket.bind(('', 5000))
server = server.listen(1)
conn = server.accept()
conn.send(b"220 ready\r\n")
line = conn.recv(100)
conn.close()
