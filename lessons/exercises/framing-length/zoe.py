# Has a name with a letter that is no ASCII, and sends it in pieces.
import socket

name = "Zo\u00eb".encode()
sock = socket.create_connection(("127.0.0.1", 7000))
for part in (b"0", b"4" + name[:3], name[3:] + b"02A", b"l"):
    sock.sendall(part)
text = b""
while part := sock.recv(100):
    text += part
sock.close()
assert text == b"07Hi " + name + b"05Hi Al", text
