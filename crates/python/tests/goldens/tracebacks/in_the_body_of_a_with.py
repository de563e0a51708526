class Fine:
    def __enter__(self):
        return self

    def __exit__(self, *what):
        print("left")


def use():
    with Fine():
        int("five")


use()
