for i in range(3):
    pass
print(i)
squares = [i * i for i in range(10)]
print(i, squares)
