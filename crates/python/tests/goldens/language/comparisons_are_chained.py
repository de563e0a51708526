x = 5
print(1 < x < 10, 1 < x > 10, 1 < 2 < 3 < 4)
print(1 == 1.0 == True)


def middle():
    print("middle is asked once")
    return 3


print(1 < middle() < 5)
print(9 < middle() < never)
