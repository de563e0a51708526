class Told:
    def __enter__(self):
        return "entered"

    def __exit__(self, *what):
        print("left", what)


def leave():
    with Told() as text:
        return text


print(leave())
for i in range(3):
    with Told():
        if i == 0:
            continue
        break
print(i)
