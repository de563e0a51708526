class Dog:
    pass


def bark(self):
    return f"{self.name} barks"


Dog.bark = bark
d = Dog()
d.name = "Rex"
print(d.bark())
d.bark = lambda: "own bark"
print(d.bark())
del d.bark
print(d.bark())
del Dog.bark
try:
    d.bark()
except AttributeError as error:
    print(error)
