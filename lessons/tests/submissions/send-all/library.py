# unfit: `sendall` does what this exercise asks
import socket

sock = socket.create_connection(("127.0.0.1", 7000))
sock.sendall(b"one fish ")
sock.sendall(b"two fish")
sock.close()
