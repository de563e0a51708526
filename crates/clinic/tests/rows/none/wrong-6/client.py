import socket

sock = socket.create_connection(("127.0.0.1", 5000))
message = b"hello"
total = 0
while total < len(message):
    total += sock.send(message[total + 1 :] if total else message)
sock.close()
