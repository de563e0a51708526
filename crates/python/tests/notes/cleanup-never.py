import socket
import time

s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind(("localhost", 4444))
s.listen(5)
print("waiting ...")

while True:
    c, address = s.accept()
    print("connection from", address)
    c.sendall(b"""the time is
    now: """)
    c.sendall(time.ctime() + "\n")
    c.close()

print("shutting down")
s.close()
