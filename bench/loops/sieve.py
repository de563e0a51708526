# Lists that are indexed and stored into.
def sieve(most):
    flags = [True] * (most + 1)
    for i in range(2, most + 1):
        if flags[i]:
            for j in range(i * i, most + 1, i):
                flags[j] = False
    return sum(1 for i in range(2, most + 1) if flags[i])


print(sieve(3000000))
