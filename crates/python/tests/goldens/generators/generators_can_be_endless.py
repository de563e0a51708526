def naturals():
    n = 0
    while True:
        yield n
        n += 1


def take(n, values):
    for _ in range(n):
        yield next(values)


print(list(take(5, naturals())))
for n in naturals():
    if n > 3:
        break
    print(n)
