limit = "module"


class C:
    limit = "class"

    def see(self):
        return limit, self.limit


print(C().see())
try:
    class D:
        a = 1
        b = [a for _ in range(2)]
except NameError as error:
    print(error)
