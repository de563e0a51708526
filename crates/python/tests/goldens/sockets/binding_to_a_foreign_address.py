import socket

s = socket.socket()
try:
    s.bind(("192.0.2.1", 0))
except OSError as error:
    print(type(error).__name__, error)
s.close()
