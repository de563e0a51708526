class Called:
    def __call__(self, n):
        return n * 2


class Plain:
    pass


print(callable(len), callable(Plain), callable(Plain()), callable(Called()), callable(lambda: 0), callable(5))
print(Called()(4))
a = []
b = a
print(id(a) == id(b), id(a) == id([]))
try:
    Plain()()
except TypeError as error:
    print(error)
for thing in (5, "text", None, [], {}):
    try:
        thing()
    except TypeError as error:
        print(error)
