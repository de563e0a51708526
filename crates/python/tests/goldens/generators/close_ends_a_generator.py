def guarded():
    try:
        yield 1
        yield 2
    finally:
        print("cleaned up")


g = guarded()
print(next(g))
g.close()
print(next(g, "closed"))
g.close()


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        print("ignored")
        yield 2


s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as error:
    print(error)
