import socket
import struct

sock = socket.create_connection(("127.0.0.1", 5000))
message = b"x"
sock.sendall(struct.pack("<I", len(message)) + message)
assert sock.recv(1) == message
sock.close()
