words = "the quick brown fox jumps over the lazy dog".split()
lengths = {}
for word in words:
    lengths.setdefault(len(word), []).append(word)
for length in sorted(lengths):
    print(length, lengths[length])
print(max(words, key=len), min(words, key=len))
print(" ".join(word.capitalize() for word in words if len(word) > 3))
