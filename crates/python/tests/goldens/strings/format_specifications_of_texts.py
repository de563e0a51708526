for spec in ("", "s", "8", "<8", ">8", "^8", "*^8", ".2", "5.2", "-<6.3s"):
    print(repr(spec), repr(format("abcd", spec)))
for spec in ("d", "+", "=5", ","):
    try:
        print(format("abcd", spec))
    except ValueError as error:
        print(error)
