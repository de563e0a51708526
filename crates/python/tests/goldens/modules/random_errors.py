import random

for attempt in (lambda: random.choice([]), lambda: random.randint(5, 1), lambda: random.sample([1, 2], 3), lambda: random.randrange(0), lambda: random.seed([1]), lambda: random.shuffle((1, 2))):
    try:
        print(attempt())
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
