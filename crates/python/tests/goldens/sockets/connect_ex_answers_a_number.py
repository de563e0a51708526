import errno
import os
import socket

listener = socket.create_server(("127.0.0.1", 0))
s = socket.socket()
print(s.connect_ex(listener.getsockname()))
print(errno.errorcode[s.connect_ex(listener.getsockname())])
s.close()
listener.close()
bound = socket.socket()  # it has a port and does not listen
bound.bind(("127.0.0.1", 0))
with socket.socket() as s:
    number = s.connect_ex(bound.getsockname())
    print(errno.errorcode[number], os.strerror(number))
