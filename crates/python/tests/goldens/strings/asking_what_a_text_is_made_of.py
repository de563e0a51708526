for text in ("abc", "ABC", "a1", "123", " ", "", "Title Case", "é", "_x", "½", "٣"):
    print(repr(text), text.isalpha(), text.isdigit(), text.isalnum(), text.isspace(), text.isupper(), text.islower(), text.istitle(), text.isidentifier(), text.isdecimal(), text.isnumeric())
