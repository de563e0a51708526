values = [1, 2]
attempts = [lambda: values[5], lambda: values[-3], lambda: values.pop(9), lambda: [].pop(), lambda: values.remove(7), lambda: values.index(7), lambda: values["a"], lambda: values[1.0], lambda: values.insert("a", 1), lambda: values.extend(5), lambda: [1, "a"].sort(), lambda: values.sort(int)]
for attempt in attempts:
    try:
        print(attempt())
    except (IndexError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
try:
    values[5] = 1
except IndexError as error:
    print(error)
try:
    del values[5]
except IndexError as error:
    print(error)
try:
    values["a"] = 1
except TypeError as error:
    print(error)
