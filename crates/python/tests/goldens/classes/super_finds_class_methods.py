class Base:
    @classmethod
    def make(cls, n):
        return f"{cls.__name__} {n}"

    def __repr__(self):
        return "Base()"


class Child(Base):
    @classmethod
    def make(cls, n):
        return super().make(n + 1)

    def __repr__(self):
        return "Child of " + super().__repr__()


print(Child.make(1), Base.make(1), Child())
try:
    class Lost(Base):
        def go(self):
            return super().nowhere()

    Lost().go()
except AttributeError as error:
    print(error)
