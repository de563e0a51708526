class Bad:
    def __del__(self):
        raise ValueError("in del")


def use():
    b = Bad()


use()
print("goes on")
