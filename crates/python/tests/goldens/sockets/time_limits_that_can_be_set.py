import socket

s = socket.socket()
print(s.gettimeout(), s.getblocking())
s.settimeout(2.5)
print(s.gettimeout(), s.getblocking())
s.settimeout(0)
print(s.gettimeout(), s.getblocking())
s.setblocking(True)
print(s.gettimeout())
s.setblocking(False)
print(s.gettimeout())
s.settimeout(None)
print(s.gettimeout())
for bad in (-1, "1"):
    try:
        s.settimeout(bad)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
s.close()
