text = "one\ntwo\r\nthree\rfour\x0bfive"
print(text.splitlines())
print(text.split("\n"))
print("a\n".splitlines(), "a".splitlines(), "\n".splitlines(), "".splitlines())
print(b"one\r\ntwo\n".splitlines(keepends=True))
