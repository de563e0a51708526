import threading

places = threading.Semaphore(2)
print(places.acquire(), places.acquire(), places.acquire(blocking=False))
places.release()
print(places.acquire(timeout=1), places.acquire(timeout=0.01))
bounded = threading.BoundedSemaphore(1)
try:
    bounded.release()
except ValueError as error:
    print(error)
try:
    threading.Semaphore(-1)
except ValueError as error:
    print(error)
inside = 0
most = 0
lock = threading.Lock()
gate = threading.Semaphore(3)


def work():
    global inside, most
    with gate:
        with lock:
            inside += 1
            most = max(most, inside)
        with lock:
            inside -= 1


threads = [threading.Thread(target=work) for _ in range(10)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(inside, most <= 3)
