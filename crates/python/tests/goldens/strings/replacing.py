print("banana".replace("a", "o"), "banana".replace("a", "o", 2), "abc".replace("", "-"), "aaa".replace("aa", "b"))
print("hello".translate(str.maketrans("el", "ip")), "hello".translate({ord("l"): None}))
print("a\tb".expandtabs(4), "hello".center(11, "*"), "5".zfill(3), "-5".zfill(4), "ab".ljust(4) + "|", "ab".rjust(4))
