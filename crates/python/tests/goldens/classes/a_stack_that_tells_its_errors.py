class EmptyStack(Exception):
    pass


class Stack:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        try:
            return self._items.pop()
        except IndexError:
            raise EmptyStack("nothing to pop") from None

    def __len__(self):
        return len(self._items)

    def __repr__(self):
        return f"{type(self).__name__}({self._items!r})"


s = Stack()
s.push(1)
s.push("two")
print(s, len(s), s.pop(), s.pop())
try:
    s.pop()
except EmptyStack as error:
    print(error)
