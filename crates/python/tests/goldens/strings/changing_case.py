text = "hello World, it's PYTHON"
print(text.upper(), text.lower(), text.title(), text.capitalize(), text.swapcase(), sep="\n")
print("ß".upper(), "STRASSE".casefold() == "straße".casefold(), "ÉA".lower())
