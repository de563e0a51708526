import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"GET /a HTTP/1.0\r\nHost: a\r\n\r\n")
answer = b""
while part := sock.recv(100):
    answer += part
sock.close()
assert answer == b"/a", answer
