import socket

sock = socket.create_connection(("127.0.0.1", 7100))
# wait until the server is ready
ready = sock.recv(1)
sock.sendall(b"?")
answer = sock.recv(1)
sock.close()
assert answer == b"!", answer
