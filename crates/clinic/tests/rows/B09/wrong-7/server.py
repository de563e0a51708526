import socket

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
text = ""
data = conn.recv(1024)
while data != b"":
    text += data.decode()
    data = conn.recv(1024)
conn.close()
listener.close()
assert text == "café", text
