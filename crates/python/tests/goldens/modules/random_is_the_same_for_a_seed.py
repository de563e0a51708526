import random

random.seed(42)
print(random.random(), random.random())
print([random.randint(1, 6) for _ in range(10)])
print(random.choice("abcdef"), random.choice([10, 20, 30]), random.randrange(0, 100, 5), random.uniform(1, 2))
values = list(range(10))
random.shuffle(values)
print(values, random.sample(range(100), 5), random.getrandbits(40))
