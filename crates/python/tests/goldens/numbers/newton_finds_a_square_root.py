def root(x, rounds=6):
    guess = x
    for _ in range(rounds):
        guess = (guess + x / guess) / 2
    return guess


for x in (2, 9, 0.5, 1e10):
    print(x, root(x), root(x, 30) ** 2)
