# Messages behind their lengths, taken out of a buffer as they come.
def frames(data, piece):
    buffer = b""
    at = 0
    out = []
    while True:
        while len(buffer) >= 2:
            size = int.from_bytes(buffer[:2], "big")
            if len(buffer) < 2 + size:
                break
            out.append(buffer[2:2 + size])
            buffer = buffer[2 + size:]
        if at >= len(data):
            return out
        buffer += data[at:at + piece]
        at += piece


data = b"".join(len(text).to_bytes(2, "big") + text for text in (b"x" * (n % 40) for n in range(2000)))
total = 0
for turn in range(400):
    total += len(frames(data, 7 + turn % 50))
print(total)
