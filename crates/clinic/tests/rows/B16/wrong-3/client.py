import socket

text = b"x" * 30000
sock = socket.socket()
sock.connect(("127.0.0.1", 7007))
n = 0
while n < len(text):
    n += sock.send(text[n:])
sock.shutdown(socket.SHUT_WR)
back = 0
while True:
    data = sock.recv(4096)
    if not data:
        break
    back += len(data)
sock.close()
assert back == len(text), back
