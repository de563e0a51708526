name = input("name? ")
age = int(input())
print("hello", name, age + 1)
try:
    input("more? ")
except EOFError as error:
    print(type(error).__name__, error)
