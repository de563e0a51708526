# Three lines, the second empty, in a single send.
import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
conn.sendall(b"first\n\nlast\n")
conn.close()
listener.close()
