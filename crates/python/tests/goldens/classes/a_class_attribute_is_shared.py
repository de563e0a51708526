class Bag:
    items = []

    def put(self, item):
        self.items.append(item)


a, b = Bag(), Bag()
a.put(1)
b.put(2)
print(a.items, b.items, Bag.items, a.items is b.items)
a.items = ["own"]
print(a.items, b.items)
