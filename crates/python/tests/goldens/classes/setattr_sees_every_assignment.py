class Told:
    def __setattr__(self, name, value):
        print("setting", name, value)
        super().__setattr__(name, value)


t = Told()
t.a = 1
t.a += 1
print(t.a)
