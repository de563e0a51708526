"""Numbers that look random: the Mersenne Twister, drawn from as CPython does."""

import _random
import _kernel


class Random:
    def __init__(self, x=None):
        self._state = bytearray()
        self.seed(x)

    def seed(self, a=None, version=2):
        if a is None:
            a = _random.entropy()
        elif isinstance(a, (str, bytes, bytearray)):
            a = a.encode() if isinstance(a, str) else bytes(a)
        elif isinstance(a, float):
            a = hash(a)
        elif not isinstance(a, int):
            raise TypeError(
                "The only supported seed types are: None,\nint, float, str, bytes, and bytearray."
            )
        self._state = _random.seeded(a)

    def random(self):
        return _random.random(self._state)

    def getrandbits(self, k):
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        return _random.getrandbits(self._state, k)

    def getstate(self):
        return bytes(self._state)

    def setstate(self, state):
        self._state = bytearray(state)

    def randbytes(self, n):
        return self.getrandbits(n * 8).to_bytes(n, "little")

    def _below(self, n):
        """Draw as many bits as `n` has until the number is less."""
        bits = n.bit_length()
        number = self.getrandbits(bits)
        while number >= n:
            number = self.getrandbits(bits)
        return number

    def randrange(self, start, stop=None, step=1):
        first = _kernel.index(start)
        if stop is None:
            if first > 0:
                return self._below(first)
            raise ValueError("empty range for randrange()")
        last = _kernel.index(stop)
        width = last - first
        stride = _kernel.index(step)
        if stride == 1:
            if width > 0:
                return first + self._below(width)
            raise ValueError(f"empty range for randrange() ({first}, {last}, {width})")
        if stride > 0:
            count = (width + stride - 1) // stride
        elif stride < 0:
            count = (width + stride + 1) // stride
        else:
            raise ValueError("zero step for randrange()")
        if count <= 0:
            raise ValueError("empty range for randrange()")
        return first + stride * self._below(count)

    def randint(self, a, b):
        return self.randrange(a, b + 1)

    def choice(self, seq):
        if not len(seq):
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self._below(len(seq))]

    def shuffle(self, x):
        for i in reversed(range(1, len(x))):
            j = self._below(i + 1)
            x[i], x[j] = x[j], x[i]

    def sample(self, population, k, *, counts=None):
        sequence = isinstance(population, (list, tuple, str, bytes, bytearray, range))
        if not sequence and (isinstance(population, (dict, set, frozenset)) or not hasattr(population, "__getitem__")):
            raise TypeError("Population must be a sequence.  For dicts or sets, use sorted(d).")
        n = len(population)
        if not 0 <= k <= n:
            raise ValueError("Sample larger than population or is negative")
        answer = [None] * k
        # A small population is copied; of a large one the places taken are remembered.
        room = 21
        if k > 5:
            power = 1
            while power < k * 3:
                power *= 4
            room += power
        if n <= room:
            pool = list(population)
            for i in range(k):
                j = self._below(n - i)
                answer[i] = pool[j]
                pool[j] = pool[n - i - 1]
        else:
            taken = set()
            for i in range(k):
                j = self._below(n)
                while j in taken:
                    j = self._below(n)
                taken.add(j)
                answer[i] = population[j]
        return answer

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        n = len(population)
        if cum_weights is None:
            if weights is None:
                return [population[int(self.random() * n)] for _ in range(k)]
            cum_weights = []
            total = 0
            for weight in weights:
                total += weight
                cum_weights.append(total)
        elif weights is not None:
            raise TypeError("Cannot specify both weights and cumulative weights")
        if len(cum_weights) != n:
            raise ValueError("The number of weights does not match the population")
        total = cum_weights[-1] + 0.0
        if total <= 0.0:
            raise ValueError("Total of weights must be greater than zero")
        answer = []
        for _ in range(k):
            wanted = self.random() * total
            place = 0
            while place < n - 1 and wanted >= cum_weights[place]:
                place += 1
            answer.append(population[place])
        return answer

    def uniform(self, a, b):
        return a + (b - a) * self.random()

    def triangular(self, low=0.0, high=1.0, mode=None):
        u = self.random()
        if high == low:
            return low
        c = 0.5 if mode is None else (mode - low) / (high - low)
        if u > c:
            u = 1.0 - u
            c = 1.0 - c
            low, high = high, low
        return low + (high - low) * (u * c) ** 0.5


_shared = Random()
seed = _shared.seed
random = _shared.random
uniform = _shared.uniform
triangular = _shared.triangular
randint = _shared.randint
choice = _shared.choice
randrange = _shared.randrange
sample = _shared.sample
shuffle = _shared.shuffle
choices = _shared.choices
getrandbits = _shared.getrandbits
randbytes = _shared.randbytes
getstate = _shared.getstate
setstate = _shared.setstate


class SystemRandom(Random):
    def seed(self, *args, **kwds):
        self._state = _random.seeded(_random.entropy())
