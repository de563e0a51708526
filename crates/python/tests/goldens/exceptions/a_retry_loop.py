attempts = 0


def unreliable():
    global attempts
    attempts += 1
    if attempts < 3:
        raise ConnectionRefusedError(111, "Connection refused")
    return "connected"


for attempt in range(5):
    try:
        print(unreliable())
        break
    except ConnectionRefusedError as error:
        print("attempt", attempt, "failed:", error)
else:
    print("gave up")
