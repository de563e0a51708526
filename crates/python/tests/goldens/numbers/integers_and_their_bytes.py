for n in (0, 1, 255, 256, 65535, 2 ** 32 - 1):
    data = n.to_bytes(4, "big")
    print(n, data.hex(), int.from_bytes(data, "big") == n, n.to_bytes(4, "little"))
print((1).to_bytes(), int.from_bytes([1, 2], "big"), int.from_bytes(b"", "big"), (-2).to_bytes(1, signed=True), (2 ** 70).to_bytes(9, "big").hex())
