def f(log):
    try:
        try:
            log.append(1)
            return log
        finally:
            log.append(2)
    finally:
        log.append(3)


print(f([]))


def g():
    while True:
        try:
            try:
                raise ValueError
            except ValueError:
                break
        finally:
            print("left")
    return "out"


print(g())
