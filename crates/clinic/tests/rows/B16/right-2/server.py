import socket

SIZE = 20000

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
conn.sendall(b"s" * SIZE)
got = 0
while True:
    data = conn.recv(8192)
    if not data:
        break
    got += len(data)
conn.close()
listener.close()
assert got == SIZE, got
