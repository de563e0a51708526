text = "  \t padded \n"
print(repr(text.strip()), repr(text.lstrip()), repr(text.rstrip()))
print("xxhixx".strip("x"), "abcba".lstrip("ab"), "mississippi".rstrip("ip"))
print("name.txt".removesuffix(".txt"), "pre-fix".removeprefix("pre-"), "same".removeprefix("x"))
