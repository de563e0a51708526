import socket

SIZE = 20000

sock = socket.create_connection(("127.0.0.1", 5000))
sock.sendall(b"c" * SIZE)
got = 0
while got < SIZE:
    data = sock.recv(8192)
    if not data:
        break
    got += len(data)
sock.close()
assert got == SIZE, got
