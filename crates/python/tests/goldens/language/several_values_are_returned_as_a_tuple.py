def ends(values):
    return values[0], values[-1]


pair = ends([1, 2, 3])
print(pair, type(pair).__name__)
low, high = ends("xyz")
print(low, high)
