import threading


def work(n, results):
    results.append(n * 2)


results = []
thread = threading.Thread(target=work, args=(21, results))
print(thread.is_alive())
thread.start()
thread.join()
print(thread.is_alive(), results)
