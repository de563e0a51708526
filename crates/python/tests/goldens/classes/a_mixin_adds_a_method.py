class Loud:
    def say(self):
        return super().say().upper() + "!"


class Person:
    def say(self):
        return "hello"


class LoudPerson(Loud, Person):
    pass


print(LoudPerson().say(), Person().say())
