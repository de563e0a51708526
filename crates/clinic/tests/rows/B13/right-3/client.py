import socket

sock = socket.create_connection(("127.0.0.1", 5001))
for line in (b"a\n", b"b\n"):
    sock.sendall(line)
    assert sock.recv(1) == b"!"
sock.close()
