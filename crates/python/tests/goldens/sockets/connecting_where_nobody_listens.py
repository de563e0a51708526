import socket

bound = socket.socket()  # it has a port and does not listen
bound.bind(("127.0.0.1", 0))
address = bound.getsockname()
s = socket.socket()
try:
    s.connect(address)
except ConnectionRefusedError as error:
    print(error, error.errno)
s.close()
try:
    socket.create_connection(address)
except OSError as error:
    print(type(error).__name__, error)
