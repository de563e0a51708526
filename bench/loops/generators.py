# A generator that feeds a generator.
def numbers(most):
    for i in range(most):
        yield i * 2


def odd(values):
    for value in values:
        if value % 3:
            yield value + 1


print(sum(value for value in odd(numbers(4000000))))
