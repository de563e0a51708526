import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"hello")
sock.sendall(b"!")
sock.close()
