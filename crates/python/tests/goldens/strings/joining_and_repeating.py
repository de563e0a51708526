print("a" + "b", "ab" * 3, 3 * "-", "x" * 0, "x" * -1)
print(", ".join(["a", "b"]), "".join("abc"), "-".join([]))
for call in (lambda: "a" + 1, lambda: 1 + "a", lambda: "a" * "b", lambda: "a" * 1.5, lambda: "a" - "b", lambda: "a" + b"b", lambda: "a" + None):
    try:
        call()
    except TypeError as error:
        print(error)
