import socket
import struct

s = socket.socket()
s.bind(("127.0.0.1", 2222))
s.listen(1)
conn, addr = s.accept()
f = conn.makefile("rb")
temperature, = struct.unpack("!H", f.read(2))
f.close()
conn.close()
s.close()
assert temperature == 21, temperature
