import socket
import time

for _ in range(2):
    sock = socket.create_connection(("127.0.0.1", 5000))
    assert sock.recv(2)
    sock.close()
    time.sleep(1)
