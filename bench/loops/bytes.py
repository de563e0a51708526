# Every byte of a buffer, one by one.
def checksum(data, times):
    a, b = 1, 0
    lines = 0
    for _ in range(times):
        for byte in data:
            if byte == 10:
                lines += 1
            a = (a + byte) % 65521
            b = (b + a) % 65521
    return lines, b << 16 | a


print(checksum(bytes(range(256)) * 40, 400))
