class C:
    @property
    def size(self):
        return len(self.items)


print(C().size)
