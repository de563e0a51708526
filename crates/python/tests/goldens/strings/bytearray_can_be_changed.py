data = bytearray(b"hello")
data[0] = ord("J")
data.append(33)
data += b" more"
data.extend(b"!")
print(data, len(data), bytes(data[:5]), data == b"Jello! more!")
del data[:6]
data[0:1] = b"--"
data.insert(0, 65)
print(data, data.pop(), data.find(b"or"), data.decode())
data.clear()
print(data, bool(data))
for call in (lambda: data.append(256), lambda: data.append("a"), lambda: data.pop(), lambda: bytearray("a"), lambda: data.extend("ab")):
    try:
        call()
    except (TypeError, ValueError, IndexError) as error:
        print(type(error).__name__, error)
