data = [1, 2, 3, 4]
if (n := len(data)) > 3:
    print("long:", n)
chunks = iter([b"ab", b"c", b""])
while chunk := next(chunks):
    print(chunk)
print([half for x in data if (half := x // 2)])
print(half)
