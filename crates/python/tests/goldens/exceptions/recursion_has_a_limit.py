def down(n):
    return down(n + 1)


try:
    down(0)
except RecursionError as error:
    print(error)


class Loop:
    def __repr__(self):
        return repr(self)


try:
    repr(Loop())
except RecursionError as error:
    print(type(error).__name__)
print("goes on")
