def parse(text):
    try:
        n = int(text)
    except ValueError:
        return "not a number"
    else:
        return n + 1
    finally:
        print("parsed", text)


print(parse("5"), parse("x"))
