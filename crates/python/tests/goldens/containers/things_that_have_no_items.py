for thing in (5, None, len, (x for x in []), int, 1.5, {1}):
    try:
        print(thing[0])
    except TypeError as error:
        print(error)


def assign():
    nothing = None
    nothing["a"] = 1


def delete():
    n = 5
    del n[0]


for attempt in (assign, delete):
    try:
        attempt()
    except TypeError as error:
        print(error)
for thing in (5, None, 1.5, len):
    try:
        for _ in thing:
            pass
    except TypeError as error:
        print(error)
