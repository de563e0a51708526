class Gone:
    def __del__(self):
        print("never begun")
        yield


class Made:
    def __init__(self):
        yield 1


class Each:
    def __iter__(self):
        yield from "ab"


for n in range(2):
    gone = Gone()
    gone = n
    try:
        Made()
    except TypeError as error:
        print(n, error)
print(list(Each()))
