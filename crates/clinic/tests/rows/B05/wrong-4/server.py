import socket

s = socket.socket()
s.bind(("127.0.0.1", 5050))
s.listen(5)
conn, addr = s.accept()
chunks = []
while True:
    chunk = conn.recv(4)
    if chunk == '':
        break
    chunks.append(chunk)
message = b''.join(chunks)
assert message == b"bye", message
conn.close()
s.close()
