import socket

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect(("127.0.0.1", 5000))
s.sendall(b"anna")
answer = b""
while True:
    part = s.recv(1024)
    if not part:
        break
    answer += part
s.close()
assert answer == b"hi anna", answer
