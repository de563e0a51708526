import socket

server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server_socket.bind(("127.0.0.1", 6000))
server_socket.listen(1)
connection, address = server_socket.accept()
while True:
    data = connection.recv(1024)
    if data is None:
        break
    connection.sendall(data)
connection.close()
server_socket.close()
