n = 7 ** 300
text = str(n)
print(len(text), text[:20], text[-20:], int(text) == n)
print(f"{n:.5e}", f"{10 ** 25:,}", hex(n)[:20], "%d" % 10 ** 2)
