class Dog:
    legs = 4

    def __init__(self, name):
        self.name = name
        self.tricks = []

    def add(self, trick):
        self.tricks.append(trick)
        return self


a = Dog("Rex")
b = Dog("Fido")
a.add("sit").add("roll")
b.legs = 3
print(a.name, a.tricks, a.legs, b.name, b.tricks, b.legs, Dog.legs)
Dog.legs = 5
print(a.legs, b.legs)
print(Dog.add(a, "jump").tricks)
