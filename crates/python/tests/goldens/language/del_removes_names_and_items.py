values = [0, 1, 2, 3, 4, 5]
del values[0]
print(values)
del values[1:3]
print(values)
del values[::2]
print(values)
table = {"a": 1, "b": 2}
del table["a"]
print(table)
x = 1
del x
try:
    x
except NameError as error:
    print(error)


class Box:
    pass


box = Box()
box.item = 1
del box.item
print(hasattr(box, "item"))
try:
    del box.item
except AttributeError as error:
    print(error)
try:
    del table["z"]
except KeyError as error:
    print("KeyError", error)
try:
    del values[99]
except IndexError as error:
    print(error)
