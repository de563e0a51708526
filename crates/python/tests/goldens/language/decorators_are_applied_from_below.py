def mark(text):
    print("made", text)

    def decorate(function):
        print("applied", text)
        return function

    return decorate


@mark("first")
@mark("second")
def f():
    return "called"


print(f())
