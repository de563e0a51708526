import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.setblocking(False)
text = b""
while True:
    try:
        data = sock.recv(16)
    except BlockingIOError:
        continue
    if not data:
        break
    text += data
sock.close()
assert text == b"hey", text
