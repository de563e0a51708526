# Closes in the middle of the second message.
import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
conn.sendall(b"anna1")
conn.close()
listener.close()
