# Reads nothing for a second, then in small bites.
import socket
import time

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
time.sleep(1)
text = b""
while part := conn.recv(5):
    text += part
conn.close()
listener.close()
assert text == b"one fish two fish", text
