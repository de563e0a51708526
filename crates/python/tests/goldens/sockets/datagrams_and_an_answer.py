import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(server.getsockname())
client.settimeout(5)
server.settimeout(5)
client.send(b"question")
data, address = server.recvfrom(100)
server.sendto(data[::-1], address)
print(client.recv(100), client.getpeername() == server.getsockname())
client.close()
server.close()
