import socket

text = "café"
sock = socket.create_connection(("127.0.0.1", 5000))
header = f"{len(text):02d}"
sock.sendall(header.encode() + text.encode("utf-8"))
sock.close()
