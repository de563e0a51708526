import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"x" * 30000)
got = 0
while got < 30000:
    got += len(sock.recv(4096))
sock.close()
