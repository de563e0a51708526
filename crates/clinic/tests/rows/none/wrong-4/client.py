import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"a\n")
sock.sendall(b"b\n")
answer = b""
while part := sock.recv(100):
    answer += part
sock.close()
assert answer == b"ab", answer
