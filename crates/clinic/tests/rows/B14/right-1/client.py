import socket

s = socket.socket()
s.connect(("127.0.0.1", 5000))
message = b"ping"
s.sendall(b"%05d" % len(message) + message)
s.close()
