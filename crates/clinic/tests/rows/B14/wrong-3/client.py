import socket

sock = socket.create_connection(("127.0.0.1", 1024))
sock.sendall(b"   12" + b"abcdefghijkl")
answer = b""
while True:
    data = sock.recv(32)
    if not data:
        break
    answer += data
sock.close()
assert answer == b"   12lkjihgfedcba", answer
