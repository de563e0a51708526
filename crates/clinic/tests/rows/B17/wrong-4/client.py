import socket

sock = socket.create_connection(("127.0.0.1", 8080))
text = b""
while True:
    part = sock.recv(8)
    if not part:
        break
    text += part
sock.close()
assert text == b"bye", text
