import struct

header = struct.Struct("!BxHI")
print(header.size, header.format, header.pack(1, 2, 3), header.unpack(b"\x09\x00\x00\x08\x00\x00\x00\x07"))
kind, length, number = header.unpack_from(b"..\x01\x00\x00\x02\x00\x00\x00\x03", 2)
print(kind, length, number)
