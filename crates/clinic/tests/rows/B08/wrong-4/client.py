import socket

data = b"abcdefgh"
sock = socket.create_connection(("127.0.0.1", 9000))
total = 0
for start in range(0, len(data), 4):
    total += sock.send(data[start:start + 4])
sock.close()
