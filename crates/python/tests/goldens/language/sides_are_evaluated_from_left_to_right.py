def say(value):
    print(value, end=" ")
    return value


say(1) + say(2) * say(3)
print()
f = [say(0), say(1)][say(1)]
print()
d = {say("k"): say("v")}
print()
say([0])[0] = say(5)
