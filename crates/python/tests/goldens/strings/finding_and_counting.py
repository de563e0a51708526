text = "banana"
print(text.find("an"), text.find("an", 2), text.rfind("an"), text.find("x"), text.index("n"), text.count("a"), text.count("ana"), text.count(""))
print(text.startswith("ba"), text.endswith(("na", "x")), text.startswith("an", 1))
try:
    text.index("x")
except ValueError as error:
    print(error)
try:
    text.startswith(5)
except TypeError as error:
    print(error)
