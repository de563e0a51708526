class Half:
    def __enter__(self):
        return self


for thing in (5, Half(), None):
    try:
        with thing:
            print("inside")
    except TypeError as error:
        print(error)
try:
    with open:
        pass
except TypeError as error:
    print(error)
