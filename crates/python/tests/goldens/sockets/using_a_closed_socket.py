import socket

s = socket.socket()
s.close()
s.close()
print(s.fileno())
for attempt in (lambda: s.send(b"a"), lambda: s.recv(1), lambda: s.bind(("127.0.0.1", 0)), lambda: s.listen(), lambda: s.accept(), lambda: s.getsockname(), lambda: s.connect(("127.0.0.1", 1)), lambda: s.setblocking(False), lambda: s.shutdown(socket.SHUT_WR)):
    try:
        attempt()
    except OSError as error:
        print(type(error).__name__, error)
print(s)
