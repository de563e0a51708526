import socket

mine = b"B" * 15000

with socket.create_connection(("127.0.0.1", 6000)) as sock:
    with sock.makefile("rb") as incoming:
        sock.sendall(mine)
        theirs = incoming.read(15000)
assert theirs == b"A" * 15000
