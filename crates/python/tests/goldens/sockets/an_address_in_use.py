import errno
import socket

a = socket.socket()
a.bind(("127.0.0.1", 0))
a.listen()
b = socket.socket()
try:
    b.bind(a.getsockname())
except OSError as error:
    print(type(error).__name__, error, error.errno == errno.EADDRINUSE)
a.close()
b.close()
