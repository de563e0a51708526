import threading

ready = threading.Event()
order = []


def wait(name):
    ready.wait()
    order.append(name)


threads = [threading.Thread(target=wait, args=(name,)) for name in "ab"]
for thread in threads:
    thread.start()
print(ready.is_set(), order)
ready.set()
for thread in threads:
    thread.join()
print(sorted(order), ready.wait(1), ready.is_set())
ready.clear()
print(ready.wait(0.01))
