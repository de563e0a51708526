import socket

sock = socket.create_connection(("127.0.0.1", 5000))
greeting = sock.recv(1024)
sock.sendall(b"bert")
sock.close()
