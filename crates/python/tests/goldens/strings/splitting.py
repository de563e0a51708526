print("a b  c".split(), "a b  c".split(" "), "".split(), "".split(" "), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1))
print("  lead".split(), "a\tb\nc".split(), "one\ntwo\r\nthree\n".splitlines(), "x\n\ny".splitlines(True))
print("key: value: more".partition(": "), "none".partition("-"), "a-b-c".rpartition("-"))
try:
    "a".split("")
except ValueError as error:
    print(error)
