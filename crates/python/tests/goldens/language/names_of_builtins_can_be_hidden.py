list = [1, 2]
print(list)
try:
    list("ab")
except TypeError as error:
    print(error)
del list
print(list("ab"))


def len(x):
    return "my own"


print(len([]))
