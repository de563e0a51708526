def to_number(text):
    n = 0
    for part in text.split("."):
        n = n << 8 | int(part)
    return n


def to_text(n):
    return ".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0))


n = to_number("192.0.2.17")
print(n, hex(n), f"{n:032b}", to_text(n), to_text(n & 0xFFFFFF00), to_text(~n & 0xFFFFFFFF))
