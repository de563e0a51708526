import socket

for i in range(2):
    s = socket.socket()
    s.connect(("127.0.0.1", 5000))
    text = b""
    while len(text) < 5:
        part = s.recv(5 - len(text))
        if not part:
            break
        text += part
    s.close()
    assert text == b"hello", text
