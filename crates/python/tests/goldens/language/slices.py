text = "abcdefgh"
print(text[2:5], text[:3], text[5:], text[:], text[-3:], text[:-3])
print(text[::2], text[1::3], text[::-1], text[5:1:-1], text[10:], text[-100:2])
values = list(range(8))
values[2:4] = ["x", "y", "z"]
print(values)
values[1:1] = ["in"]
print(values)
values[::3] = "WXYZ"
print(values)
try:
    values[::3] = "AB"
except ValueError as error:
    print(error)
values[3:] = []
print(values)
print(slice(1, 2), slice(1, 10, 2).indices(5))
