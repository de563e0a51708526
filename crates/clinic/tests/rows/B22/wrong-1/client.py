import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"echo")
answer = b""
while True:
    data = sock.recv(16)
    if not data:
        break
    answer += data
sock.close()
assert answer == b"echo", answer
