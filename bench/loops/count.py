# A loop that counts, with a test in it.
def count(most):
    total = 0
    i = 0
    while i < most:
        if i % 3 == 0:
            total += i
        i += 1
    return total


print(count(6000000))
