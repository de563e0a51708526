def shift(text, by):
    result = ""
    for c in text:
        if c.isalpha():
            base = ord("A") if c.isupper() else ord("a")
            c = chr((ord(c) - base + by) % 26 + base)
        result += c
    return result


secret = shift("Hello, World!", 3)
print(secret)
print(shift(secret, -3))
