import socket

server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 7000))
server.listen()

connection, address = server.accept()
while True:
    data = connection.recv(1024)
    if not data:
        break
    connection.sendall(data.upper())
print("the client has closed")
connection.close()
server.close()
