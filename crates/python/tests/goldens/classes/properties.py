class Account:
    def __init__(self):
        self._balance = 0

    @property
    def balance(self):
        print("read")
        return self._balance

    @balance.setter
    def balance(self, value):
        if value < 0:
            raise ValueError("no debts")
        self._balance = value

    @property
    def fixed(self):
        return 1


a = Account()
a.balance = 5
print(a.balance)
a.balance += 2
print(a.balance)
try:
    a.balance = -1
except ValueError as error:
    print(error)
try:
    a.fixed = 2
except AttributeError as error:
    print(error)
try:
    del a.fixed
except AttributeError as error:
    print(error)
