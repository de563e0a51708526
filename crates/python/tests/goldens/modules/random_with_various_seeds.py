import random

for seed in (0, 1, -5, 2 ** 40, "text", b"bytes", 1.5):
    random.seed(seed)
    print(seed, random.random(), random.randint(0, 10 ** 12))
one = random.Random(7)
two = random.Random(7)
print([one.randint(0, 9) for _ in range(5)] == [two.randint(0, 9) for _ in range(5)], one.choice("xyz"))
print(random.Random(3).choices("ab", k=5), random.Random(3).randbytes(4))
