class Animal:
    def __init__(self, name):
        self.name = name

    def speak(self):
        return "..."

    def describe(self):
        return f"{self.name} says {self.speak()}"


class Cat(Animal):
    def __init__(self, name, color):
        super().__init__(name)
        self.color = color

    def speak(self):
        return "meow, not " + super().speak()


class Kitten(Cat):
    pass


for animal in (Animal("It"), Cat("Tom", "grey"), Kitten("Kit", "red")):
    print(animal.describe(), type(animal).__name__, isinstance(animal, Cat))
print(Kitten.__mro__, Kitten.__bases__, issubclass(Kitten, Animal))
