# row: B9, client has printed
# One recv is taken for the answer.
import socket

sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(b"GET the list")
sock.shutdown(socket.SHUT_WR)
reply = sock.recv(1024)
sock.close()
print(reply.decode())
