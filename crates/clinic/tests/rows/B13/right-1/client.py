import socket

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"a\n")
sock.sendall(b"b\n")
assert sock.recv(1) == b"!"
sock.close()
