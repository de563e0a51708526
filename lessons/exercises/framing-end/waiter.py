# Finishes its sending, and waits until the other side has closed.
import socket
import time

for parts in ((b"one ", b"mess", b"age"), ()):
    sock = socket.create_connection(("127.0.0.1", 7000))
    for part in parts:
        sock.sendall(part)
        time.sleep(0.1)
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(1) == b""
    sock.close()
