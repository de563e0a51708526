import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind(("127.0.0.1", 5000))
s.listen(1)
conn, addr = s.accept()
message = b""
while True:
    chunk = conn.recv(1024)
    if chunk == '':
        break
    message += chunk
print("got", message)
conn.close()
s.close()
