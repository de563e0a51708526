import socket

SIZE = 20000

listener = socket.create_server(("127.0.0.1", 5000))
conn, addr = listener.accept()
got = 0
while got < SIZE:
    data = conn.recv(8192)
    if not data:
        break
    got += len(data)
assert got == SIZE, got
conn.sendall(b"s" * SIZE)
# the client closes when it has everything
end = conn.recv(1)
conn.close()
listener.close()
assert end == b"", end
