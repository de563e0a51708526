numbers = map(int, "12x")
for n in numbers:
    print(n)
