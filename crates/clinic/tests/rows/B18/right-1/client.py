import socket

text = "café"
data = text.encode("utf-8")
sock = socket.create_connection(("127.0.0.1", 5000))
header = f"{len(data):02d}"
sock.sendall(header.encode() + data)
sock.close()
