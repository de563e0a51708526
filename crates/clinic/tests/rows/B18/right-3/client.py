import socket

text = "café"
sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(f"{len(text):02d}".encode() + text.encode("latin-1"))
sock.close()
