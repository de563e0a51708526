def key(word):
    return word.index("a")


sorted(["abc", "xyz"], key=key)
