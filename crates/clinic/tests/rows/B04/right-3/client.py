import socket

for _ in range(2):
    s = socket.create_connection(("127.0.0.1", 9090))
    text = b""
    while True:
        part = s.recv(8)
        if not part:
            break
        text += part
    s.close()
    assert text == b"time?", text
