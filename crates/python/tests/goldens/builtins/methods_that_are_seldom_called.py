print(b"a-b-c".rindex(b"-"), bytearray(b"a-b-c").rindex(b"-"), "a-b-c".rindex("-"))
try:
    "abc".rindex("x")
except ValueError as problem:
    print(problem)
print(frozenset({1}).issubset({1, 2}), {1, 3}.issubset([1, 2]))
print(memoryview(b"abc").tolist(), memoryview(bytearray(b"abcd"))[1:3].tolist())
seen = {1, 2, 3, 4}
seen.difference_update([1], {9})
print(sorted(seen))
seen.intersection_update([2, 3, 7])
print(sorted(seen))
print("{host}:{port}".format_map({"host": "a", "port": 80}))
print("abc".isascii(), "é".isascii(), "a b".isprintable(), "a\n".isprintable(), "".isprintable())


class Port:
    def __init__(self):
        self._number = 80

    number = property()

    @number.getter
    def number(self):
        return self._number

    @number.setter
    def number(self, number):
        self._number = number

    @number.deleter
    def number(self):
        print("deleted")
        self._number = None


port = Port()
print(port.number)
port.number = 81
print(port.number)
del port.number
print(port.number)
print([each.__name__ for each in Port.mro()])
