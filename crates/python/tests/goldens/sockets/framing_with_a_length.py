import socket
import struct


def send_message(s, text):
    data = text.encode()
    s.sendall(struct.pack("!I", len(data)) + data)


def receive_exactly(s, n):
    data = bytearray()
    while len(data) < n:
        piece = s.recv(n - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


def receive_message(s):
    head = receive_exactly(s, 4)
    if head is None:
        return None
    (length,) = struct.unpack("!I", head)
    return receive_exactly(s, length).decode()


a, b = socket.socketpair()
for text in ("first", "", "dritte ß", "x" * 300):
    send_message(a, text)
a.close()
while (text := receive_message(b)) is not None:
    print(len(text), text[:20])
b.close()
