import socket
import sys

listener = socket.create_server(("127.0.0.1", 8000))
conn, addr = listener.accept()
command = conn.recv(100)
if command != b"stop":
    sys.exit("unknown command")
conn.close()
listener.close()
