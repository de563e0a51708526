import threading


def numbers():
    n = 0
    while True:
        yield n
        n += 1


lock = threading.Lock()
source = numbers()
taken = []


def take():
    for _ in range(50):
        with lock:
            taken.append(next(source))


threads = [threading.Thread(target=take) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(taken == list(range(150)))
