import socket

listener = socket.create_server(("127.0.0.1", 4322))
conn, addr = listener.accept()
messages = []
while True:
    message = conn.recv(16)
    if not message:
        break
    messages.append(message)
conn.close()
listener.close()
assert messages == [b"a", b"b"], messages
