# A bubble sort: comparing and swapping.
def bubble(count):
    items = [i * 7919 % count for i in range(count)]
    for i in range(count):
        for j in range(count - 1 - i):
            if items[j] > items[j + 1]:
                items[j], items[j + 1] = items[j + 1], items[j]
    return items[:5]


print(bubble(3600))
