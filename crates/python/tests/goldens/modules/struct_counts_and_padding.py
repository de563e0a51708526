import struct

print(struct.pack("!3H", 1, 2, 3), struct.pack("!HxB", 1, 2), struct.pack("BI", 1, 2), struct.pack("!0s", b""), struct.pack("! H H", 1, 2))
print(struct.unpack("!2I2s", b"\0\0\0\1\0\0\0\2ab"), struct.unpack("BI", b"\x01\0\0\0\x02\0\0\0"))
print(struct.unpack_from("!H", b"abc\x01\x02", 3), list(struct.iter_unpack("!H", b"\0\1\0\2\0\3")))
buffer = bytearray(6)
struct.pack_into("!H", buffer, 2, 0xABCD)
print(buffer)
