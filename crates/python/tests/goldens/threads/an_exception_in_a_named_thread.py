import threading


class Worker(threading.Thread):
    def run(self):
        self.step()

    def step(self):
        raise KeyError("lost")


worker = Worker(name="worker one")
worker.start()
worker.join()
print("end")
