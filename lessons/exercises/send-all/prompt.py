import socket

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
text = b""
while part := conn.recv(100):
    text += part
conn.close()
listener.close()
assert text == b"one fish two fish", text
