text = "aé€😀"
for codec in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
    data = text.encode(codec)
    print(codec, len(data), data, data.decode(codec) == text)
print("é".encode("latin-1"), "abc".encode("ascii"), "a".encode(), b"\xc3\xa9".decode())
print("é€".encode("ascii", "replace"), "é€".encode("ascii", "ignore"), "é€".encode("latin-1", "backslashreplace"), "é".encode("ascii", "xmlcharrefreplace"))
print(b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("ascii", "ignore"), b"a\xffb".decode("utf-8", "backslashreplace"))
