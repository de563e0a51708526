import socket

sock = socket.create_connection(("127.0.0.1", 6001))
sock.sendall(b"12")
sock.sendall(b":30")
sock.close()
