def average():
    total = count = 0
    result = None
    while True:
        value = yield result
        total += value
        count += 1
        result = total / count


a = average()
print(next(a))
print(a.send(10), a.send(20), a.send(3))
fresh = average()
try:
    fresh.send(1)
except TypeError as error:
    print(error)
