import socket

s = socket.socket()
s.bind(("127.0.0.1", 0))
try:
    s.bind(("127.0.0.1", 0))
except OSError as error:
    print(type(error).__name__, error)
s.close()
