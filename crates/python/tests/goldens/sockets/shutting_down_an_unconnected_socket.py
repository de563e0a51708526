import socket

s = socket.socket()
try:
    s.shutdown(socket.SHUT_RDWR)
except OSError as error:
    print(type(error).__name__, error)
s.close()
