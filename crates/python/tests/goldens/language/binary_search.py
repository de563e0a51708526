def search(values, wanted):
    low, high = 0, len(values)
    steps = 0
    while low < high:
        steps += 1
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    found = low < len(values) and values[low] == wanted
    return (low if found else None), steps


values = list(range(0, 100, 7))
for wanted in (0, 49, 50, 98, 200):
    print(wanted, search(values, wanted))
