print("a" < "b", "a" < "B", "abc" < "abd", "ab" < "abc", "" < "a", "10" < "9", "é" > "z")
for call in (lambda: "a" < 1, lambda: "a" < b"a", lambda: None < "a", lambda: b"a" < 1):
    try:
        call()
    except TypeError as error:
        print(error)
