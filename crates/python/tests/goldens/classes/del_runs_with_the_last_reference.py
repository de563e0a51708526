class File:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("closed", self.name)


a = File("a")
b = a
del a
print("one name is left")
b = None
print("none is left")


def use():
    f = File("local")
    print("inside")


use()
print("after the call")
File("never kept")
files = [File("x"), File("y")]
files.pop()
print("popped")
files[0] = None
print("end")
