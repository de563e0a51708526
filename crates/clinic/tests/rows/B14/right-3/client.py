import socket

s = socket.create_connection(("127.0.0.1", 5001))
s.sendall(b"4ping")
s.close()
