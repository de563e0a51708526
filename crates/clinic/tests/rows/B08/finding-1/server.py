import socket

listener = socket.create_server(("127.0.0.1", 9000))
conn, addr = listener.accept()
received = b""
while part := conn.recv(100):
    received += part
conn.close()
listener.close()
assert received == b"abcdefgh", received
