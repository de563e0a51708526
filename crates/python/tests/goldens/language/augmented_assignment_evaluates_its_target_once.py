def place():
    print("place is asked")
    return 0


values = [10, 20]
values[place()] += 1
print(values)


class Counter:
    def __init__(self):
        self.count = 0


def counter():
    print("counter is asked")
    return one


one = Counter()
counter().count += 2
print(one.count)
