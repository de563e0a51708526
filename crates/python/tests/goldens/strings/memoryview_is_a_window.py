data = bytearray(b"0123456789")
view = memoryview(data)
part = view[2:6]
print(bytes(part), len(part), part[0], part.tobytes(), view.nbytes)
part[0] = ord("x")
print(data)
view[8:] = b"yz"
print(data, part == b"x345")
part = part[1:]
print(bytes(part))
fixed = memoryview(b"abc")
print(fixed.readonly, view.readonly)
try:
    fixed[0] = 1
except TypeError as error:
    print(error)
try:
    view[0:2] = b"abc"
except ValueError as error:
    print(error)
try:
    data.append(1)
except BufferError as error:
    print(error)
