import socket

sock = socket.create_connection(("127.0.0.1", 8000))
sock.sendall(b"stop")
sock.close()
