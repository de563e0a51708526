def guarded():
    try:
        yield 1
    finally:
        print("cleaned up")


def use():
    for x in guarded():
        return x


print(use())
g = guarded()
next(g)
del g
print("end")
