data = b"GET /index.html HTTP/1.0\r\nHost: a\r\n\r\nbody"
head, _, body = data.partition(b"\r\n\r\n")
print(head, body)
lines = head.split(b"\r\n")
print(lines[0].split(), lines[1].partition(b": "))
print(data.find(b"\r\n"), data.startswith(b"GET"), data.count(b"\r\n"), data.index(b"Host"))
print(b"  ab ".strip(), b"ab".upper(), b"a,b".replace(b",", b";"), b"-".join([b"a", b"b"]), b"abc"[::-1], b"ab" * 2, b"a" + b"b")
print(b"a" in b"cab", 97 in b"cab", b"a" < b"b", b"abc" == "abc", b"%d %s" % (5, b"x"), b"ab".isalpha(), b"a\nb\n".splitlines())
for call in (lambda: b"a" + "b", lambda: b"a".find("a"), lambda: "a" in b"a", lambda: b"-".join(["a"]), lambda: b"a".split(","), lambda: b"a".replace("a", "b"), lambda: b"".index(b"x")):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
