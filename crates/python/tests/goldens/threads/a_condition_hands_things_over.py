import threading

condition = threading.Condition()
items = []
received = []


def consume(n):
    for _ in range(n):
        with condition:
            while not items:
                condition.wait()
            received.append(items.pop(0))


thread = threading.Thread(target=consume, args=(5,))
thread.start()
for n in range(5):
    with condition:
        items.append(n)
        condition.notify()
thread.join()
print(received)
with condition:
    print(condition.wait(timeout=0.01), condition.wait_for(lambda: True))
