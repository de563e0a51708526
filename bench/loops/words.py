# Counting words with a dict.
WORDS = "the server waits and the client sends what the server reads until the end".split()


def count(times):
    seen = {}
    for _ in range(times):
        for word in WORDS:
            seen[word] = seen.get(word, 0) + 1
    return seen


for word, times in sorted(count(600000).items()):
    print(word, times)
