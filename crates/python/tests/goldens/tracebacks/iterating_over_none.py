def lookup():
    pass


for item in lookup():
    print(item)
