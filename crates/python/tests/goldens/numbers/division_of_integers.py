for a in (7, -7):
    for b in (2, -2, 3, -3):
        print(a, b, a / b, a // b, a % b, divmod(a, b))
print(6 / 3, 6 // 3, 0 // 5, 1 // 10, -1 // 10)
