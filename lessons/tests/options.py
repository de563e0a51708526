# What the reference says of socket options: defaults, bounds, what comes back.
import socket

s = socket.socket()


def tell(level, name):
    print(name, s.getsockopt(level, getattr(socket, name)))


for name in "SO_SNDBUF SO_RCVBUF SO_REUSEADDR SO_KEEPALIVE SO_ERROR SO_TYPE SO_ACCEPTCONN".split():
    tell(socket.SOL_SOCKET, name)
for name in "TCP_NODELAY TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_USER_TIMEOUT".split():
    tell(socket.IPPROTO_TCP, name)
for name, size in ("SO_LINGER", 8), ("SO_RCVTIMEO", 16), ("SO_SNDTIMEO", 16):
    print(name, set(s.getsockopt(socket.SOL_SOCKET, getattr(socket, name), size)))
for asked in 1, 4096:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, asked)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, asked)
    tell(socket.SOL_SOCKET, "SO_SNDBUF")
    tell(socket.SOL_SOCKET, "SO_RCVBUF")
for size in 87, 88, 32767, 32768:
    try:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, size)
        print("TCP_MAXSEG", size)
    except OSError:
        print("TCP_MAXSEG", size, "refused")
s.listen()
tell(socket.SOL_SOCKET, "SO_ACCEPTCONN")
