import socket

sock = socket.create_connection(("127.0.0.1", 7654))
lines = sock.makefile("r", encoding="utf-8")
numbers = [int(lines.readline()), int(lines.readline())]
lines.close()
sock.close()
assert numbers == [1, 2], numbers
