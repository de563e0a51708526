import queue
import threading

work = queue.Queue(maxsize=2)
results = queue.Queue()


def worker():
    while (n := work.get()) is not None:
        results.put((n, n * n))
        work.task_done()
    work.task_done()


threads = [threading.Thread(target=worker) for _ in range(3)]
for thread in threads:
    thread.start()
for n in range(10):
    work.put(n)
for _ in threads:
    work.put(None)
work.join()
for thread in threads:
    thread.join()
print(sorted(results.get() for _ in range(results.qsize())))
try:
    work.task_done()
except ValueError as error:
    print(error)
