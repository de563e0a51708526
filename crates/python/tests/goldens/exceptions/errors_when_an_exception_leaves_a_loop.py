def process(items):
    done = []
    for item in items:
        try:
            done.append(10 // item)
        except ZeroDivisionError:
            done.append(None)
        except TypeError as error:
            print("skipped", repr(item), error)
            continue
    return done


print(process([1, 0, "x", 5, None]))
