class A:
    def __init__(self):
        self.__secret = 1

    def tell(self):
        return self.__secret


a = A()
print(a.tell(), a._A__secret, vars(a))
try:
    a.__secret
except AttributeError as error:
    print(error)
