import socket

listener = socket.create_server(("127.0.0.1", 4321))
conn, addr = listener.accept()
with conn:
    user = conn.recv(3)
    word = conn.recv(4)
listener.close()
assert (user, word) == (b"bob", b"1234"), (user, word)
