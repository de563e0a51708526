import socket

sock = socket.create_connection(("127.0.0.1", 1212))
answer = b""
while True:
    data = sock.recv(8)
    if not data:
        break
    answer += data
sock.close()
assert answer == b"no", answer
