import socket

sock = socket.create_connection(("127.0.0.1", 5000))
for _ in range(3):
    n = sock.send(b"ping")
    print("sent", n)
sock.close()
