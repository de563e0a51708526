f = frozenset([1, 2, 2])
print(len(f), f == {1, 2}, hash(f) == hash(frozenset([2, 1])), {f: "key"}[frozenset({1, 2})], frozenset(), frozenset([7]))
try:
    f.add(3)
except AttributeError as error:
    print(error)
