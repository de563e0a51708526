import socket

s = socket.socket()
for call in (s.bind, s.connect, s.connect_ex):
    for args in (("127.0.0.1", 7000), ()):
        try:
            call(*args)
        except TypeError as error:
            print(error)
try:
    s.bind("127.0.0.1")
except TypeError as error:
    print(error)
s.close()
