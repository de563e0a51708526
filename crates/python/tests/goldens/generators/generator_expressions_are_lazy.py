def told(n):
    print("asked", n)
    return n


g = (told(n) for n in range(3))
print("made")
print(next(g))
print(list(g))
print(sum(n * n for n in range(5)), ",".join(str(n) for n in range(3)), max((len(w) for w in ["a", "bbb"]), default=0))
print(list(x for x in (y * 2 for y in range(3)) if x))
