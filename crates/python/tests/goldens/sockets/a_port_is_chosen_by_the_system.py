import socket

s = socket.socket()
print(s.getsockname())
s.bind(("", 0))
host, port = s.getsockname()
print(host, 1024 <= port <= 65535)
s.close()
