import socket

s = socket.socket()
for attempt in (lambda: s.send(b"a"), lambda: s.recv(1), lambda: s.getpeername(), lambda: s.accept(), lambda: s.sendall(b"x")):
    try:
        attempt()
    except OSError as error:
        print(type(error).__name__, error)
s.close()
