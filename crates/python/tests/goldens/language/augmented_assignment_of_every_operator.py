x = 10
x += 5
print(x)
x -= 3
print(x)
x *= 4
print(x)
x //= 5
print(x)
x **= 2
print(x)
x %= 7
print(x)
x <<= 5
print(x)
x >>= 1
print(x)
x |= 3
print(x)
x &= 6
print(x)
x ^= 255
print(x)
x /= 2
print(x)
text = "ab"
text *= 3
print(text)
