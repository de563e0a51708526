# Sends more than any buffer on the way holds and reads nothing of it, while its second connection wants an echo.
import socket
import threading
import time

SIZE = 20000


def send(sock):
    sock.sendall(b"x" * SIZE)
    sock.shutdown(socket.SHUT_WR)


hog = socket.create_connection(("127.0.0.1", 7000))
sender = threading.Thread(target=send, args=(hog,))
sender.start()
time.sleep(1)
other = socket.create_connection(("127.0.0.1", 7000))
other.sendall(b"1")
assert other.recv(1) == b"1"
other.close()
got = 0
while part := hog.recv(8192):
    got += len(part)
sender.join()
hog.close()
assert got == SIZE, got
