import struct

print(struct.pack("!H", 80), struct.pack("!I", 1), struct.pack("<I", 1), struct.pack(">q", -2), struct.pack("!BBH", 1, 2, 3))
print(struct.unpack("!H", b"\x00\x50"), struct.unpack("<hB", b"\xff\xff\x07"), struct.unpack("!4s", b"abcd"))
print(struct.pack("!3s", b"ab"), struct.pack("!5s", b"toolong"), struct.pack("5p", b"abc"), struct.pack("!?c", True, b"x"))
print(struct.pack("!f", 1.5), struct.pack("<d", 0.1), struct.unpack("!f", b"\x3f\xc0\x00\x00"))
print(struct.calcsize("!HIB"), struct.calcsize("HIB"), struct.calcsize("=HIB"), struct.calcsize("@q"), struct.calcsize("10s2x"))
