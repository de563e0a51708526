# Every byte is a send of its own, and after some of them it rests.
import socket
import time

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
for part in (b"a", b"nn", b"a1", b"2", b"3"):
    conn.sendall(part)
    time.sleep(0.1)
conn.close()
listener.close()
