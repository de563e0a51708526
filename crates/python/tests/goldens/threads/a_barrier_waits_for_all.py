import threading

barrier = threading.Barrier(3)
before = []
after = []
lock = threading.Lock()


def run(name):
    with lock:
        before.append(name)
    barrier.wait()
    with lock:
        after.append(len(before))


threads = [threading.Thread(target=run, args=(n,)) for n in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(before), after)
