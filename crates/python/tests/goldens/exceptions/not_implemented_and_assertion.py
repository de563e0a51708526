class Base:
    def work(self):
        raise NotImplementedError


class Done(Base):
    def work(self):
        return "worked"


print(Done().work())
try:
    Base().work()
except NotImplementedError as error:
    print(repr(error))
try:
    raise NotImplementedError("later")
except RuntimeError as error:
    print(error)
