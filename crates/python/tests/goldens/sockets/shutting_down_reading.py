import socket

a, b = socket.socketpair()
b.shutdown(socket.SHUT_RD)
print(b.recv(10))
try:
    a.send(b"nobody reads")
except BrokenPipeError as error:
    print(error)
b.sendall(b"the other way works")
print(a.recv(100))
a.close()
b.close()
