def returns():
    try:
        return "from try"
    finally:
        print("finally")


def overrides():
    try:
        return "from try"
    finally:
        return "from finally"


def swallows():
    try:
        raise ValueError("lost")
    finally:
        return "swallowed"


def loops():
    for i in range(3):
        try:
            if i == 1:
                continue
            if i == 2:
                break
            print("body", i)
        finally:
            print("finally", i)
    return i


print(returns(), overrides(), swallows(), loops())
