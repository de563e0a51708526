import socket

MSGLEN = 3

listener = socket.create_server(("127.0.0.1", 1212))
conn, addr = listener.accept()
answer = b"no"
total = 0
while total < MSGLEN:
    n = conn.send(answer[total:])
    total += n
conn.close()
listener.close()
