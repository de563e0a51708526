import select
import socket

text = b"x" * 12000
sock = socket.socket()
sock.connect(("127.0.0.1", 7007))
sock.setblocking(False)
sent = 0
back = 0
while back < len(text):
    want_write = [sock] if sent < len(text) else []
    readable, writable, errors = select.select([sock], want_write, [])
    if readable:
        data = sock.recv(4096)
        if not data:
            break
        back += len(data)
    if writable:
        try:
            sent += sock.send(text[sent:])
        except BlockingIOError:
            # no room after all: ask select again
            pass
sock.close()
assert back == len(text), back
