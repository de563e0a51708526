class Stack(list):
    def push(self, x):
        self.append(x)

    def peek(self):
        return self[-1]


class Default(dict):
    def __missing__(self, key):
        return key * 2


s = Stack([1])
s.push(2)
print(s, len(s), s.peek(), isinstance(s, list), s == [1, 2], s + [3])
d = Default(a=1)
print(d["a"], d["b"], "b" in d, d)


class Name(str):
    def shout(self):
        return self.upper() + "!"


print(Name("ann").shout(), Name("x") + "y")
