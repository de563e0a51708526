def dump(data, width=8):
    for start in range(0, len(data), width):
        row = data[start:start + width]
        numbers = " ".join(f"{b:02x}" for b in row)
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
        print(f"{start:04x}  {numbers:<{width * 3}} {text}")


dump(b"GET / HTTP/1.0\r\n\r\n\x00\xff")
