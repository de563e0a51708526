def checksum(data):
    total = 0
    for i in range(0, len(data) - 1, 2):
        total += (data[i] << 8) | data[i + 1]
    if len(data) % 2:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


print(hex(checksum(b"\x45\x00\x00\x3c")), checksum(b""), checksum(b"a"), checksum(bytes(range(256))))
value = 0
for byte in b"socketscope":
    value = (value * 31 + byte) % 2 ** 32
print(value)
