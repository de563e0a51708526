import socket

s = socket.socket()
for address in (("127.0.0.1", 70000), ("127.0.0.1", -1), ("127.0.0.1", "80"), "127.0.0.1", ("127.0.0.1",), ("127.0.0.1", 80, 1), 5, None, ["127.0.0.1", 80], (5, 80)):
    try:
        s.connect(address)
    except (OverflowError, TypeError) as error:
        print(type(error).__name__, error)
s.close()
