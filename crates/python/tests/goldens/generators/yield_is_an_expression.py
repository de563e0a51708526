def echo():
    received = []
    while len(received) < 3:
        received.append((yield len(received)))
    return received


e = echo()
print(next(e), e.send("a"), e.send(None))
try:
    e.send("c")
except StopIteration as stop:
    print(stop.value)
