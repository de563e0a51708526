def primes(limit):
    sieve = [True] * limit
    sieve[0:2] = [False, False]
    for n in range(2, int(limit ** 0.5) + 1):
        if sieve[n]:
            sieve[n * n::n] = [False] * len(sieve[n * n::n])
    return [n for n, prime in enumerate(sieve) if prime]


print(primes(60))
