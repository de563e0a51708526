# Sends the next line only a while after the last: whoever waits for more than a line waits too long.
import socket
import time

listener = socket.create_server(("127.0.0.1", 7000))
conn, _ = listener.accept()
for line in (b"first\n", b"\n", b"last\n"):
    conn.sendall(line)
    time.sleep(1)
conn.close()
listener.close()
