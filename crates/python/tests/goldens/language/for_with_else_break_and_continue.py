for n in range(2, 12):
    for d in range(2, n):
        if n % d == 0:
            break
    else:
        print(n, "is prime")
for n in range(6):
    if n % 2:
        continue
    print(n)
