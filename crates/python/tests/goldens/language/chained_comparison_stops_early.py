def middle():
    print("asked")
    return 3


print(9 < middle() < 1 / 0)
print(1 < middle() < 5)
