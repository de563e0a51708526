count = 0


def reads():
    return count


def writes():
    global count
    count += 1


def hides():
    count = 99
    return count


writes()
writes()
print(reads(), hides(), count)


def makes():
    global made
    made = "made inside"


makes()
print(made)
