print('single', "double", """triple
over lines""")
print("tab\there", "new\nline", "quote\"s", 'it\'s', "back\\slash")
print(r"raw\n", "\x41\u0042\U00000043\103")
print("joined " "together")
print("long \
line")
print(b"bytes\x00\xff", rb"raw\x00")
print("\a\b\f\v\0".encode())
