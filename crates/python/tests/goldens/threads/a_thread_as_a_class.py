import threading


class Worker(threading.Thread):
    def __init__(self, n):
        super().__init__()
        self.n = n
        self.result = None

    def run(self):
        self.result = sum(range(self.n))


workers = [Worker(n) for n in (10, 100)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
    print(worker.name, worker.result)
