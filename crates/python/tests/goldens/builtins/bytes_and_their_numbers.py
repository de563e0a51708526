data = b"\x01\x02abc\xff"
print(data[0], data[2:5], list(data), data[-1], len(data))
print(data.hex(), data.hex(" "), data.hex(":", 2), bytes.fromhex("01 02 ff"))
print(int.from_bytes(b"\x01\x00", "big"), int.from_bytes(b"\x01\x00", "little"), int.from_bytes(b"\xff", "big", signed=True))
print((258).to_bytes(2, "big"), (258).to_bytes(4, "little"), (-1).to_bytes(2, "big", signed=True))
for call in (lambda: (256).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big"), lambda: bytes.fromhex("0g"), lambda: int.from_bytes(b"a", "middle")):
    try:
        call()
    except (OverflowError, ValueError) as error:
        print(type(error).__name__, error)
try:
    data[0] = 1
except TypeError as error:
    print(error)
