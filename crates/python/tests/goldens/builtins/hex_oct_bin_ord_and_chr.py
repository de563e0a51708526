print(hex(255), hex(-1), oct(8), bin(10), bin(-2), hex(2 ** 70))
print(ord("A"), chr(97), ord("€"), chr(8364), chr(0x1F600), ord(b"a"))
for call in (lambda: ord("ab"), lambda: ord(""), lambda: chr(-1), lambda: chr(0x110000), lambda: hex(1.5), lambda: ord(5), lambda: chr("a")):
    try:
        print(call())
    except (TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
