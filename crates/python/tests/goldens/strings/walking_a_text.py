for i, c in enumerate("aé€"):
    print(i, c, ord(c), len(c.encode()))
for byte in b"aB":
    print(byte, chr(byte))
print(list("été"), sorted("héllo"), "".join(reversed("abc")), set("aa"))
