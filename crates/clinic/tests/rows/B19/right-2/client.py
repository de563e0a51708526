import socket
import struct

sensor = socket.socket()
sensor.connect(("127.0.0.1", 2222))
sensor.sendall(struct.pack("<H", 21))
sensor.close()
