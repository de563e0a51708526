import socket

sock = socket.create_connection(("127.0.0.1", 5000))
text = "café"
print(len(text), "letters")
sock.sendall(text.encode())
answer = b""
while part := sock.recv(100):
    answer += part
sock.close()
assert answer == text.encode(), answer
