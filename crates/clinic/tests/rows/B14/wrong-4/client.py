import socket
import struct

sock = socket.create_connection(("127.0.0.1", 5000))
message = b"hello"
sock.sendall(struct.pack("!I", len(message)))
sock.sendall(message)
sock.close()
