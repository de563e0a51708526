class Box:
    size = 3


box = Box()
print(getattr(box, "size"), getattr(box, "none", "default"), hasattr(box, "none"))
setattr(box, "color", "red")
print(box.color, vars(box))
delattr(box, "color")
print(hasattr(box, "color"))
for call in (lambda: getattr(box, "none"), lambda: delattr(box, "none"), lambda: getattr(box, 5), lambda: setattr(5, "a", 1), lambda: getattr("abc", "none")):
    try:
        call()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
