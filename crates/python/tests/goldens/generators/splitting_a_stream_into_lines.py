def lines(chunks):
    rest = b""
    for chunk in chunks:
        rest += chunk
        while b"\n" in rest:
            line, rest = rest.split(b"\n", 1)
            yield line
    if rest:
        yield rest


print(list(lines([b"he", b"llo\nwor", b"ld\n\nend", b" of text"])))
print(list(lines([])), list(lines([b"\n"])))
